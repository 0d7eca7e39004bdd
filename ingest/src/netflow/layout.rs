//! The layout that a template announces, and the plan it is compiled to.

use model::Reason;

use super::element::Slot;
use super::header::{u16_at, u32_at};
use super::record::Raw;
use crate::limits::FIELDS_PER_TEMPLATE_MAX;

/// Length of a field whose records carry their own (RFC 7011 section 7).
pub(super) const VARIABLE: u16 = 0xffff;

/// One field of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Field {
    /// Private enterprise number, 0 for registered elements.
    pub(super) enterprise: u32,
    /// Element.
    pub(super) id: u16,
    /// Octets, or [`VARIABLE`].
    pub(super) length: u16,
}

/// What a template announces: its fields in order, the first `scopes` of which say what option data is about.
///
/// No fields: the template was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Layout {
    /// Whether records are option data, not flows.
    pub(super) options: bool,
    /// How many of the fields are scopes.
    pub(super) scopes: u16,
    /// The fields.
    pub(super) fields: Vec<Field>,
}

/// Reads one field specifier; v9 has no enterprise bit (RFC 3954 section 5.2).
pub(super) fn read_field(data: &[u8], at: &mut usize, enterprises: bool) -> Option<Field> {
    let id = u16_at(data, *at)?;
    let length = u16_at(data, *at + 2)?;
    *at += 4;
    if !enterprises || id & 0x8000 == 0 {
        return Some(Field { enterprise: 0, id, length });
    }
    let enterprise = u32_at(data, *at)?;
    *at += 4;
    Some(Field { enterprise, id: id & 0x7fff, length })
}

/// Reads `count` field specifiers.
pub(super) fn read_fields(data: &[u8], at: &mut usize, count: usize, enterprises: bool) -> Result<Vec<Field>, Reason> {
    if count > FIELDS_PER_TEMPLATE_MAX {
        return Err(Reason::TemplateLimit);
    }
    (0..count).map(|_| read_field(data, at, enterprises).ok_or(Reason::TemplateBroken)).collect()
}

#[derive(Debug, Clone, Copy)]
struct Op {
    offset: u32,
    length: u16,
    slot: Slot,
}

/// How to read the records of one template: made once, so that a record costs only the fields that matter.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// Every record has the same length: the wanted fields are read where they stand.
    Fixed {
        /// Octets of a record.
        length: usize,
        /// The wanted fields.
        ops: Reads,
    },
    /// Some field carries its own length: every field is walked.
    Walked {
        /// The fewest octets that a record can have.
        shortest: usize,
        /// All fields: length and, where wanted, slot.
        fields: Vec<(u16, Option<Slot>)>,
    },
}

/// The fields that a fixed plan reads.
#[derive(Debug, Clone)]
pub(super) struct Reads(Vec<Op>);

impl Plan {
    /// Compiles a layout. None where its records would have no octets.
    pub(super) fn compile(layout: &Layout) -> Option<Plan> {
        let slot = |f: &Field| Slot::of(f.enterprise, f.id).filter(|s| f.length == VARIABLE || s.takes(f.length));
        if layout.fields.iter().any(|f| f.length == VARIABLE) {
            let fields = layout.fields.iter().map(|f| (f.length, slot(f))).collect();
            let octets = |f: &Field| if f.length == VARIABLE { 1 } else { usize::from(f.length) };
            return Some(Plan::Walked { shortest: layout.fields.iter().map(octets).sum(), fields });
        }
        let mut ops = Vec::new();
        let mut offset = 0_u32;
        for f in &layout.fields {
            if let Some(slot) = slot(f) {
                ops.push(Op { offset, length: f.length, slot });
            }
            offset += u32::from(f.length);
        }
        (offset > 0).then_some(Plan::Fixed { length: offset as usize, ops: Reads(ops) })
    }

    /// Octets below which what is left of a set is padding.
    pub(super) fn shortest(&self) -> usize {
        match self {
            Plan::Fixed { length, .. } => *length,
            Plan::Walked { shortest, .. } => *shortest,
        }
    }

    /// Reads the record at the beginning of `data` into `raw`; returns its octets, or none where it is cut.
    #[inline]
    pub(super) fn read(&self, data: &[u8], raw: &mut Raw) -> Option<usize> {
        raw.clear();
        match self {
            Plan::Fixed { length, ops } => {
                let record = data.get(..*length)?;
                for op in &ops.0 {
                    let from = op.offset as usize;
                    raw.set(op.slot, record.get(from..from + usize::from(op.length))?);
                }
                Some(*length)
            }
            Plan::Walked { fields, .. } => walk(fields, data, raw),
        }
    }

    /// Octets of the record at the beginning of `data`, without reading it.
    pub(super) fn skip(&self, data: &[u8]) -> Option<usize> {
        match self {
            Plan::Fixed { length, .. } => (data.len() >= *length).then_some(*length),
            Plan::Walked { fields, .. } => {
                fields.iter().try_fold(0_usize, |at, (length, _)| field_end(*length, data, at).map(|(_, end)| end))
            }
        }
    }

    /// How many records the body of a set holds, and the octets left over.
    pub(super) fn count(&self, body: &[u8]) -> (u64, usize) {
        if let Plan::Fixed { length, .. } = self {
            return ((body.len() / length) as u64, body.len() % length);
        }
        let (mut at, mut records) = (0, 0);
        while body.len() - at >= self.shortest() {
            let Some(n) = self.skip(&body[at..]).filter(|n| *n > 0) else {
                break;
            };
            at += n;
            records += 1;
        }
        (records, body.len() - at)
    }

    /// Whether the body of a set is whole records and then at most three octets of zero padding.
    pub(super) fn divides(&self, body: &[u8]) -> bool {
        let (records, left) = self.count(body);
        records > 0 && left < 4 && body[body.len() - left..].iter().all(|b| *b == 0)
    }
}

/// Where a field's value begins and ends; the length may stand in one octet or, after 255, in three.
#[inline]
fn field_end(length: u16, data: &[u8], at: usize) -> Option<(usize, usize)> {
    let (from, octets) = match length {
        VARIABLE => match *data.get(at)? {
            255 => (at + 3, usize::from(u16_at(data, at + 1)?)),
            n => (at + 1, usize::from(n)),
        },
        n => (at, usize::from(n)),
    };
    let end = from + octets;
    (end <= data.len()).then_some((from, end))
}

fn walk(fields: &[(u16, Option<Slot>)], data: &[u8], raw: &mut Raw) -> Option<usize> {
    let mut at = 0;
    for (length, slot) in fields {
        let (from, end) = field_end(*length, data, at)?;
        if let Some(slot) = slot
            && slot.takes(u16::try_from(end - from).unwrap_or(0))
        {
            raw.set(*slot, &data[from..end]);
        }
        at = end;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(fields: &[(u16, u16)]) -> Layout {
        let fields = fields.iter().map(|&(id, length)| Field { enterprise: 0, id, length }).collect();
        Layout { options: false, scopes: 0, fields }
    }

    #[test]
    fn fixed_records_count_and_leave_padding() {
        let plan = Plan::compile(&layout(&[(1, 4), (82, 0), (4, 1)])).unwrap();
        assert_eq!(plan.count(&[0; 13]), (2, 3));
        assert!(plan.divides(&[0; 13]));
        assert!(!plan.divides(&[0; 14]));
        assert!(!plan.divides(&[1; 13]));
        assert!(!plan.divides(&[]));
    }

    #[test]
    fn shortened_numbers_are_read_from_the_right() {
        let plan = Plan::compile(&layout(&[(1, 3), (2, 8), (7, 1)])).unwrap();
        let mut raw = Raw::default();
        assert_eq!(plan.read(&[1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 0, 53], &mut raw), Some(12));
        assert_eq!(raw.get(Slot::Octets), Some(0x01_02_03));
        assert_eq!(raw.get(Slot::Packets), Some(256));
        assert_eq!(raw.get(Slot::SrcPort), Some(53));
        assert_eq!(raw.get(Slot::DstPort), None);
    }

    #[test]
    fn variable_lengths_of_one_and_three_octets() {
        let plan = Plan::compile(&layout(&[(96, VARIABLE), (1, 2), (1, VARIABLE)])).unwrap();
        let mut raw = Raw::default();
        let mut data = vec![2, b'o', b'k', 0, 9, 0];
        assert_eq!(plan.read(&data, &mut raw), Some(6));
        assert_eq!(raw.get(Slot::Octets), Some(9));
        data = vec![255, 1, 0];
        data.extend([7; 256]);
        data.extend([0, 8, 4, 0, 0, 1, 0]);
        assert_eq!(plan.read(&data, &mut raw), Some(data.len()));
        assert_eq!(raw.get(Slot::Octets), Some(256));
        assert_eq!(plan.read(&data[..200], &mut raw), None);
    }

    #[test]
    fn a_layout_without_octets_has_no_plan() {
        assert!(Plan::compile(&layout(&[(1, 0)])).is_none());
        assert!(Plan::compile(&Layout::default()).is_none());
    }
}
