//! DNS messages as another program tells them, and the lookups that follow from them by our contract.

use crate::ours::Rec;

/// One message.
#[derive(Debug, Default, Clone)]
pub(crate) struct Message {
    /// Microseconds UTC.
    pub(crate) time: i64,
    pub(crate) src: String,
    pub(crate) dst: String,
    pub(crate) sport: u16,
    pub(crate) dport: u16,
    pub(crate) id: u16,
    pub(crate) response: bool,
    pub(crate) opcode: u8,
    pub(crate) rcode: u16,
    /// The first question.
    pub(crate) question: Option<(String, u16)>,
    /// A, AAAA, CNAME and hints of the answer section, class IN.
    pub(crate) answers: Vec<(String, u16, Option<u32>, String)>,
}

const PATIENCE: i64 = 30_000_000;

/// Pairs messages: an answer ends the question with its addresses, port, id, name and type, up to 30 s before it.
pub(crate) fn lookups(messages: &[Message]) -> Vec<Rec> {
    let mut out = Vec::new();
    let mut open: Vec<&Message> = Vec::new();
    for m in messages.iter().filter(|m| m.opcode == 0) {
        let fresh = |q: &&Message| m.time - q.time <= PATIENCE;
        let same = |q: &&Message| {
            let (client, server, port) = if m.response { (&m.dst, &m.src, m.dport) } else { (&m.src, &m.dst, m.sport) };
            let asked = m.question.is_none() || q.question == m.question;
            &q.src == client && &q.dst == server && q.sport == port && q.id == m.id && asked && fresh(q)
        };
        let at = open.iter().rposition(same);
        match (m.response, at) {
            (false, None) if m.question.is_some() => open.push(m),
            (false, _) => {}
            (true, at) => {
                let question = at.map(|i| open.remove(i));
                let Some((name, qtype)) = m.question.clone().or_else(|| question.and_then(|q| q.question.clone()))
                else {
                    continue;
                };
                out.push(Rec {
                    time: m.time,
                    client: m.dst.clone(),
                    name,
                    qtype,
                    rcode: Some(m.rcode),
                    delay_ms: question.and_then(|q| u32::try_from((m.time - q.time) / 1_000).ok()),
                    answers: m.answers.clone(),
                });
            }
        }
    }
    for q in open {
        let (name, qtype) = q.question.clone().unwrap();
        let (time, client) = (q.time, q.src.clone());
        out.push(Rec { time, client, name, qtype, rcode: None, delay_ms: None, answers: Vec::new() });
    }
    out
}
