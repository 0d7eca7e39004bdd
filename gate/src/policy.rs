//! The rules' parameters: floors compiled in, which settings can only tighten.

use crate::Measure;

/// People who must each contribute materially to a figure.
pub const PEOPLE_MIN: u32 = 5;
/// The total less the two largest contributions, as a share of the largest, in percent.
pub const DOMINANCE_PERCENT_MIN: u32 = 20;
/// A contribution under this share of the cell, in percent, is not material.
pub const MATERIAL_PERCENT_MIN: u32 = 1;
/// A contribution under this many octets is not material (1 MB, 10^6).
pub const MATERIAL_OCTETS_MIN: u64 = 1_000_000;
/// A contribution under this many active minutes is not material.
pub const MATERIAL_MINUTES_MIN: u64 = 5;
/// A contribution under this many days is not material.
pub const MATERIAL_DAYS_MIN: u64 = 1;
/// People from whom on one-way tables by kind of site may be shown.
pub const ONE_WAY_PEOPLE_MIN: u32 = 8;
/// People with declared hours from whom on kinds of site may be crossed with time.
pub const CROSSED_PEOPLE_MIN: u32 = 12;

/// Why a setting is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{setting} = {given} is refused: the floor is {floor} and settings can only tighten it; raise it or leave it out"
)]
pub struct PolicyError {
    /// The setting.
    pub setting: &'static str,
    /// What was asked for.
    pub given: u32,
    /// The compiled floor.
    pub floor: u32,
}

/// The parameters of the cell test. A value of this type is never weaker than the floors, so nothing after it checks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    people: u32,
    dominance_percent: u32,
    material_percent: u32,
    material_floor: bool,
    pub(crate) rules: Rules,
}

/// The rules beside the cell test. All hold; tests switch one off to show that the attacker then gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What the one-way tables hold beyond the time tables passes as a cell would.
    pub(crate) differences: bool,
    /// Few unmonitored people close the totals of shared links.
    pub(crate) unmonitored: bool,
    /// Sums that give a hidden link away are hidden.
    pub(crate) sums: bool,
    /// The remainder passes too.
    pub(crate) remainder: bool,
}

impl Rules {
    const ALL: Self = Self { differences: true, unmonitored: true, sums: true, remainder: true };
}

impl Default for Policy {
    /// The floors.
    fn default() -> Self {
        Self {
            people: PEOPLE_MIN,
            dominance_percent: DOMINANCE_PERCENT_MIN,
            material_percent: MATERIAL_PERCENT_MIN,
            material_floor: true,
            rules: Rules::ALL,
        }
    }
}

impl Policy {
    /// A policy at least as strict as the floors.
    ///
    /// # Errors
    /// The first parameter that is lower than its floor.
    pub fn new(people: u32, dominance_percent: u32, material_percent: u32) -> Result<Self, PolicyError> {
        let at_least = |setting, given, floor| {
            if given < floor { Err(PolicyError { setting, given, floor }) } else { Ok(given) }
        };
        Ok(Self {
            people: at_least("people_min", people, PEOPLE_MIN)?,
            dominance_percent: at_least("dominance_percent_min", dominance_percent, DOMINANCE_PERCENT_MIN)?,
            material_percent: at_least("material_percent_min", material_percent, MATERIAL_PERCENT_MIN)?,
            material_floor: true,
            rules: Rules::ALL,
        })
    }

    /// People who must each contribute materially.
    pub const fn people_min(&self) -> u32 {
        self.people
    }

    /// Percent of the largest that must remain without the two largest.
    pub const fn dominance_percent_min(&self) -> u32 {
        self.dominance_percent
    }

    /// Whether a contribution to a cell of this total is material.
    pub(crate) fn material(&self, measure: Measure, amount: u64, total: u128) -> bool {
        let floor = match measure {
            Measure::Volume => MATERIAL_OCTETS_MIN,
            Measure::Time => MATERIAL_MINUTES_MIN,
            Measure::Days => MATERIAL_DAYS_MIN,
        };
        let share = u128::from(amount) * 100 >= total.saturating_mul(u128::from(self.material_percent));
        share && amount > 0 && (!self.material_floor || amount >= floor)
    }

    /// The floor of materiality in the measure's own unit.
    pub(crate) fn floor(measure: Measure) -> u64 {
        match measure {
            Measure::Volume => MATERIAL_OCTETS_MIN,
            Measure::Time => MATERIAL_MINUTES_MIN,
            Measure::Days => MATERIAL_DAYS_MIN,
        }
    }

    /// A policy weaker than the floors, so that tests can show that the attacker then gets in.
    #[cfg(test)]
    pub(crate) fn weakened(people: u32, dominance_percent: u32, material_percent: u32, material_floor: bool) -> Self {
        Self { people, dominance_percent, material_percent, material_floor, rules: Rules::ALL }
    }

    /// The floors with some other rule switched off.
    #[cfg(test)]
    pub(crate) fn without(change: impl Fn(&mut Rules)) -> Self {
        let mut policy = Self::default();
        change(&mut policy.rules);
        policy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarantee_16_settings_only_tighten() {
        assert_eq!(Policy::new(5, 20, 1), Ok(Policy::default()));
        assert!(Policy::new(10, 30, 2).is_ok());
        assert_eq!(Policy::new(4, 20, 1).unwrap_err().setting, "people_min");
        assert_eq!(Policy::new(5, 19, 1).unwrap_err().setting, "dominance_percent_min");
        assert_eq!(Policy::new(5, 20, 0).unwrap_err().setting, "material_percent_min");
    }
}
