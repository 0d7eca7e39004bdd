//! How long the attacker takes over two years of the largest council: 40 people, 24 months, every profile.
//!
//! Months are separate problems, so four drawn councils of 40 people with six months each are as much work as one with 24.

use std::time::Instant;

use fixtures::contributions::draw;
use gate::{Artefact, History};

use crate::{fill, wall};

/// Councils of the draw with 40 people.
const LARGEST: [u64; 4] = [31, 69, 107, 145];

/// Months attacked and seconds of one core; the answer is asserted.
pub(crate) fn two_years(seed: u64) -> (u32, f64) {
    let (mut attacked, mut seconds) = (0, 0.0);
    for number in LARGEST {
        let council = draw(seed, number);
        let text = |month| {
            let released = fill::released(&council, month, &History::default()).expect("a month of a whole council");
            reports::json(&fill::document(&released))
        };
        let written: Vec<Artefact> =
            council.months.iter().map(|m| Artefact { name: m.month.clone(), text: text(m) }).collect();
        let months = council.months.iter().map(|m| fill::candidate(&council, m)).collect();
        let began = Instant::now();
        let siege = wall::attack(months, &written);
        seconds += began.elapsed().as_secs_f64();
        assert!(siege.breaches.is_empty(), "council {number}: {:?}", siege.breaches.first());
        assert!(council.months.iter().all(|m| m.full_month >= 30), "council {number} is not of 40 people");
        attacked += siege.attacked;
    }
    assert_eq!(attacked, 24);
    (attacked, seconds)
}
