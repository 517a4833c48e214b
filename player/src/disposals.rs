//! What deletes, as far as review has to know: the program puts it in.

use std::fmt;
use std::time::Duration;

use obhut_format::certificate::Certificate;

/// In which language a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// What deletes sessions whose time is up.
pub trait Disposals: fmt::Debug + Send + Sync + 'static {
    /// A certificate as a page to print, which loads nothing from anywhere and runs nothing.
    fn page(&self, certificate: &Certificate, language: Language) -> String;

    /// How long after a run the next one begins by itself; `None` where none does.
    fn every(&self) -> Option<Duration>;
}
