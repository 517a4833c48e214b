//! What review is told of deletions that only retention knows.

use std::time::Duration;

use obhut_format::certificate::Certificate;
use obhut_player::disposals::{Disposals, Language};
use obhut_retention::automatic::RetentionConfig;
use obhut_retention::certificate_html::{self, certificate_html};

/// Retention, as review sees it.
#[derive(Debug)]
pub(crate) struct Retention(pub(crate) RetentionConfig);

impl Disposals for Retention {
    fn page(&self, certificate: &Certificate, language: Language) -> String {
        let language = match language {
            Language::English => certificate_html::Language::English,
            Language::German => certificate_html::Language::German,
        };
        certificate_html(certificate, language)
    }

    fn every(&self) -> Option<Duration> {
        Some(self.0.every)
    }
}
