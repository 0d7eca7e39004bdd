//! Numbers that look random and are the same on any machine, for laws that are tried on very many cases.

/// xorshift64* (Vigna 2016). A seed of 0 gives nothing but 0.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Any number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number under `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }
}
