//! What the page says, in English and German.

use obhut_format::chain::ClassRef;

/// In which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// Its tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    pub(super) const fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

/// Every text of the page. They are markup already: only `signature` has any.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) opening: &'static str,
    pub(super) what_was_deleted: &'static str,
    pub(super) session: &'static str,
    pub(super) tenant: &'static str,
    pub(super) retention_class: &'static str,
    version: &'static str,
    days: &'static str,
    at_once: &'static str,
    pub(super) ended: &'static str,
    pub(super) kept_until: &'static str,
    pub(super) why: &'static str,
    rule_period_over: &'static str,
    rule_at_once: &'static str,
    rule_recovered: &'static str,
    pub(super) frames: &'static str,
    pub(super) original_bytes: &'static str,
    pub(super) stored_bytes: &'static str,
    pub(super) objects: &'static str,
    pub(super) how_it_was_deleted: &'static str,
    pub(super) leaf: &'static str,
    pub(super) intent: &'static str,
    pub(super) key_destroyed: &'static str,
    pub(super) objects_gone: &'static str,
    pub(super) tombstone: &'static str,
    pub(super) intake_gone: &'static str,
    pub(super) signed: &'static str,
    pub(super) key: &'static str,
    pub(super) signed_line: &'static str,
    pub(super) signature: &'static str,
}

impl Words {
    /// A class, with what it asks for.
    pub(super) fn class(&self, class: &ClassRef) -> String {
        let head = format!("{} ({} {})", class.name, self.version, class.version);
        match class.days {
            Some(days) => format!("{head}: {days} {}", self.days),
            None => format!("{head}: {}", self.at_once),
        }
    }

    /// The rule by which a session went; one that is not known is shown as it is.
    pub(super) fn rule<'a>(&'a self, rule: &'a str) -> &'a str {
        match rule {
            "period-over" => self.rule_period_over,
            "at-once" => self.rule_at_once,
            "recovered" => self.rule_recovered,
            other => other,
        }
    }
}

const ENGLISH: Words = Words {
    title: "Certificate of disposal",
    opening: "The recorded session named below was deleted. Its encryption key was destroyed, so that what copies there may be of \
        its data, backups included, can't be read without a copy of that key. A backup of the keys from before may \
        still hold one; such backups are good for 30 days at most, and on record in the ledger.",
    what_was_deleted: "What was deleted",
    session: "Session",
    tenant: "Tenant",
    retention_class: "Retention class",
    version: "version",
    days: "days",
    at_once: "at once",
    ended: "Session ended",
    kept_until: "Kept until",
    why: "Why it was deleted",
    rule_period_over: "The period of its retention class was over, and no hold kept it.",
    rule_at_once: "Its retention class deletes at once, and no hold kept it.",
    rule_recovered: "Its deletion had begun when the archive was recovered from a backup, and was carried out again.",
    frames: "Frames",
    original_bytes: "Bytes of the originals",
    stored_bytes: "Bytes as stored",
    objects: "Stored objects",
    how_it_was_deleted: "How it was deleted",
    leaf: "leaf",
    intent: "Intent in the ledger",
    key_destroyed: "Key destroyed, and in no file, by",
    objects_gone: "No object and no version of one found",
    tombstone: "Catalog rows gone; tombstone in the ledger",
    intake_gone: "In no file of the intake log by",
    signed: "Signed",
    key: "Signing key",
    signed_line: "The signed line",
    signature: "An Ed25519 signature of the archive's key over <code>obhut/1 disposal </code> and this line without its last two \
        members.",
};

const GERMAN: Words = Words {
    title: "Löschnachweis",
    opening: "Die unten genannte aufgezeichnete Sitzung wurde gelöscht. Ihr Schlüssel wurde vernichtet: Was es an Kopien ihrer Daten \
        noch geben mag, auch in Datensicherungen, kann ohne eine Kopie dieses Schlüssels niemand mehr lesen. Eine Sicherung der Schlüssel von \
        davor kann noch eine enthalten; solche Sicherungen gelten höchstens 30 Tage und stehen im Ledger.",
    what_was_deleted: "Was gelöscht wurde",
    session: "Sitzung",
    tenant: "Mandant",
    retention_class: "Löschklasse",
    version: "Version",
    days: "Tage",
    at_once: "sofort",
    ended: "Ende der Sitzung",
    kept_until: "Aufzubewahren bis",
    why: "Grund der Löschung",
    rule_period_over: "Die Frist ihrer Löschklasse war abgelaufen, und keine Löschsperre stand entgegen.",
    rule_at_once: "Ihre Löschklasse löscht sofort, und keine Löschsperre stand entgegen.",
    rule_recovered: "Ihre Löschung hatte begonnen, als das Archiv aus einer Sicherung wiederhergestellt wurde, und wurde wiederholt.",
    frames: "Bilder",
    original_bytes: "Bytes der Originale",
    stored_bytes: "Bytes in der Ablage",
    objects: "Objekte in der Ablage",
    how_it_was_deleted: "Wie gelöscht wurde",
    leaf: "Blatt",
    intent: "Ankündigung im Ledger",
    key_destroyed: "Schlüssel vernichtet und in keiner Datei mehr seit spätestens",
    objects_gone: "Kein Objekt und keine Version davon mehr gefunden",
    tombstone: "Aus dem Katalog entfernt; Löschvermerk im Ledger",
    intake_gone: "In keiner Datei des Eingangs mehr seit spätestens",
    signed: "Unterschrieben",
    key: "Schlüssel der Unterschrift",
    signed_line: "Die unterschriebene Zeile",
    signature: "Ed25519-Unterschrift mit dem Schlüssel des Archivs über <code>obhut/1 disposal </code> und diese Zeile ohne ihre \
        letzten beiden Glieder.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_told_with_what_it_asks_for() {
        let class = |days| ClassRef {
            name: "week".to_owned(),
            version: 2,
            days,
        };
        assert_eq!(ENGLISH.class(&class(Some(7))), "week (version 2): 7 days");
        assert_eq!(GERMAN.class(&class(None)), "week (Version 2): sofort");
        assert_eq!(GERMAN.rule("something-new"), "something-new");
    }
}
