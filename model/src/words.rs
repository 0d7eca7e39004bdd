//! The closed word lists of the stored tables.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word that is stored and printed.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How well a flow's site is known, from best to none.
    Evidence {
        /// This device's answer; the flow begins within its TTL (2 s of clock slack).
        Exact = "exact",
        /// This device's answer, past its TTL or without one, within the hold.
        Device = "device",
        /// Another monitored device's live answer.
        Council = "council",
        /// Only the owner of the address is known.
        Network = "network",
        /// DNS over HTTPS or TLS, a VPN, a relay.
        Encrypted = "encrypted",
        /// Two live names of different categories for that device and address.
        Ambiguous = "ambiguous",
        /// Nothing explains the flow.
        None = "none",
    }
}

words! {
    /// When a byte flowed, for the person who caused it.
    TimeClass {
        /// Inside declared working hours, lunch apart.
        Core = "core",
        /// The declared lunch break.
        Lunch = "lunch",
        /// Outside working hours, on a closure or a bank holiday.
        Outside = "outside",
        /// The person has no declared hours, or the device is shared.
        NotApplicable = "n/a",
    }
}

words! {
    /// What the person behind a device is to the council.
    Unit {
        /// Employed, perhaps with declared hours.
        Employee = "employee",
        /// An elected or co-opted member.
        Councillor = "councillor",
        /// An unpaid helper.
        Volunteer = "volunteer",
        /// Working under a contract for services.
        Contractor = "contractor",
        /// A device of several people: one unit for dominance, none for the count.
        Shared = "shared",
    }
}

words! {
    /// Why a security notice is written. Each is one rule, listed one by one in the notice to people.
    SecurityRule {
        /// A looked-up name is covered by an entry of a threat list.
        ThreatName = "threat-name",
        /// The other end's address is on a threat list.
        ThreatAddress = "threat-address",
        /// A name that only peer-to-peer programs look up.
        PeerName = "peer-to-peer-name",
        /// Several other ends at the usual ports of BitTorrent.
        PeerPorts = "peer-to-peer-ports",
        /// One port of the device exchanges datagrams with very many others.
        PeerSwarm = "peer-to-peer-swarm",
        /// A name that only a remote-control program looks up.
        RemoteName = "remote-control-name",
        /// Data with an outside machine at a usual port of remote control.
        RemotePort = "remote-control-port",
        /// Data with an outside machine at the device's own port of remote control.
        RemoteOpen = "remote-control-open",
        /// A name of a pool for mining.
        MiningName = "mining-name",
        /// A long connection to a usual port of mining.
        MiningPort = "mining-port",
    }
}

words! {
    /// The program that a trace of forbidden software belongs to.
    Program {
        /// BitTorrent and its kin.
        BitTorrent = "bittorrent",
        /// TeamViewer.
        TeamViewer = "teamviewer",
        /// AnyDesk.
        AnyDesk = "anydesk",
        /// RustDesk.
        RustDesk = "rustdesk",
        /// Windows' own remote desktop.
        Rdp = "rdp",
        /// VNC in all its kinds.
        Vnc = "vnc",
        /// ScreenConnect.
        ScreenConnect = "screenconnect",
        /// LogMeIn.
        LogMeIn = "logmein",
        /// GoToMyPC.
        GoToMyPc = "gotomypc",
        /// Splashtop.
        Splashtop = "splashtop",
        /// UltraViewer.
        UltraViewer = "ultraviewer",
        /// Ammyy Admin.
        Ammyy = "ammyy",
        /// Mining of digital coins.
        Mining = "mining",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for e in Evidence::ALL {
            assert_eq!(Evidence::from_word(e.as_str()), Some(*e));
        }
        assert_eq!(TimeClass::from_word("n/a"), Some(TimeClass::NotApplicable));
        assert_eq!(Unit::from_word("Shared"), None);
    }
}
