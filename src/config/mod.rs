//! The configuration: one typed TOML file, every problem in it reported at once. See
//! `docs/reference/configuration.md`.

mod fields;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use obhut_archive::intake::IntakeOptions;
use obhut_archive::objects::{S3Options, SecretKey};
use obhut_archive::{ArchiveOptions, ObjectsOptions};
use obhut_ingest::config::{IntakeConfig, PackerConfig};
use obhut_listener::{CertificateFiles, ListenerLimits};
use obhut_player::config::ReviewConfig;
use obhut_retention::automatic::RetentionConfig;
use toml::Table;

use crate::failure::Failure;
use crate::service::Beside;
use fields::{Fields, Problems};

/// Where the intake listens unless told otherwise.
const DEFAULT_INTAKE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7480);

/// Where the review address listens unless told otherwise.
pub(crate) const DEFAULT_REVIEW: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7481);

/// How long requests under way may take to end once the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(4);

/// The configuration of one archive.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Where things are, and the bounds of the intake log.
    pub archive: ArchiveOptions,
    /// The HTTP intake.
    pub intake: IntakeConfig,
    /// The review address.
    pub review: ReviewConfig,
    /// The packer, and deleting what is due.
    pub beside: Beside,
    /// Messages.
    pub log: LogConfig,
}

/// Messages.
#[derive(Debug, Clone)]
pub(crate) struct LogConfig {
    /// Which, as in `info` or `info,obhut_archive=debug`.
    pub level: Option<String>,
    /// In which form.
    pub format: LogFormat,
}

/// The form of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Lines to read.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads the configuration: `file`, or `obhut.toml` in the data folder where there is one, or the defaults.
    pub(crate) fn load(data: &Path, file: Option<&Path>) -> Result<Self, Failure> {
        let text = Self::text(data, file)?.unwrap_or_default();
        let beside = data.join("obhut.toml");
        let path = file.unwrap_or(&beside);
        Self::parse(data, &text).map_err(|problems| {
            let named = path.display();
            let what = match problems.as_slice() {
                [one] => format!("configuration file {named}: {one}"),
                several => format!("configuration file {named}:\n  {}", several.join("\n  ")),
            };
            Failure::new(
                what,
                "correct the file; the settings are in docs/reference/configuration.md",
            )
        })
    }

    /// The text of that file; `None` where there is none.
    pub(crate) fn text(data: &Path, file: Option<&Path>) -> Result<Option<String>, Failure> {
        let beside = data.join("obhut.toml");
        let (path, must_exist) = file.map_or((beside.as_path(), false), |file| (file, true));
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(None),
            Err(error) => Err(Failure::new(
                format!("configuration file {} can't be read: {error}", path.display()),
                "name another with --config, or put it right",
            )),
        }
    }

    /// Reads a configuration's text; on failure every problem, each with its key.
    fn parse(data: &Path, text: &str) -> Result<Self, Vec<String>> {
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| vec![syntax(text, &error)])?;
        let mut problems = Problems::default();
        let mut root = Fields::root(table);
        let mut archive = ArchiveOptions::embedded(data);
        if let Some(path) = root.path("root_key", &mut problems) {
            archive.root_key = path;
        }
        let mut intake = intake(&mut root, &mut problems);
        let review = review(&mut root, &mut problems, intake.listener.clone());
        archive.intake = intake_log(&mut root, &mut problems);
        if let Some(objects) = objects(&mut root, &mut problems) {
            archive.objects = objects;
        }

        let packer = packer(&mut root, &mut problems);
        let mut retention = RetentionConfig::default();
        let mut section = root.section("retention", &mut problems);
        set(
            &mut retention.every,
            section.span("every", seconds(1, 24 * 60 * 60), &mut problems),
        );
        section.finish(&mut problems);
        let mut sessions = root.section("sessions", &mut problems);
        if let Some(silence) = sessions.span("lost_after", seconds(1, 24 * 60 * 60), &mut problems) {
            intake.lost.silence = silence;
        }
        sessions.finish(&mut problems);

        let mut log = root.section("log", &mut problems);
        let level = log.parsed("level", &mut problems, |text| {
            tracing_subscriber::EnvFilter::try_new(text).map(|_| text.to_owned())
        });
        let format = log.parsed("format", &mut problems, |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be \"text\" or \"json\""),
        });
        log.finish(&mut problems);
        root.finish(&mut problems);

        let log = LogConfig {
            level,
            format: format.unwrap_or(LogFormat::Text),
        };
        let problems = problems.into_lines();
        if problems.is_empty() {
            Ok(Self {
                archive,
                intake,
                review,
                beside: Beside { packer, retention },
                log,
            })
        } else {
            Err(problems)
        }
    }
}

/// Where to listen, and the certificate to do it with.
fn listen(
    section: &mut Fields,
    default: SocketAddr,
    problems: &mut Problems,
) -> (SocketAddr, Option<CertificateFiles>) {
    let address = section.parsed("listen", problems, |text| {
        text.parse::<SocketAddr>()
            .map_err(|_| "must be an address and a port such as 127.0.0.1:7480")
    });
    let certificate = section.optional_section("tls", problems).map(|mut tls| {
        let files = CertificateFiles {
            certificate: PathBuf::from(tls.required("certificate", problems)),
            key: PathBuf::from(tls.required("key", problems)),
        };
        tls.finish(problems);
        files
    });
    (address.unwrap_or(default), certificate)
}

fn review(root: &mut Fields, problems: &mut Problems, listener: ListenerLimits) -> ReviewConfig {
    let mut section = root.section("review", problems);
    let (address, certificate) = listen(&mut section, DEFAULT_REVIEW, problems);
    let mut config = ReviewConfig::at(address);
    config.certificate = certificate;
    config.listener = listener;
    let api = &mut config.api;
    api.origin = section.parsed("origin", problems, origin);
    set(&mut api.forwarded_for, section.flag("forwarded_for", problems));
    set(
        &mut api.idle,
        section.span("idle", seconds(60, 24 * 60 * 60), problems),
    );
    set(
        &mut api.lasts,
        section.span("lasts", seconds(60, 7 * 24 * 60 * 60), problems),
    );
    section.finish(problems);
    config
}

/// A scheme, a host and perhaps a port, as browsers send it.
fn origin(text: &str) -> Result<String, &'static str> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host)
            if !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"/?#@".contains(&byte)) =>
        {
            Ok(text.to_ascii_lowercase())
        }
        _ => Err("must be a scheme and a host such as https://review.example.org, without a path"),
    }
}

fn intake(root: &mut Fields, problems: &mut Problems) -> IntakeConfig {
    let mut section = root.section("intake", problems);
    let (address, certificate) = listen(&mut section, DEFAULT_INTAKE, problems);
    let mut config = IntakeConfig::at(address);
    config.certificate = certificate;
    let api = &mut config.api;
    set(
        &mut api.frame_bytes,
        section.bytes("frame_bytes", 1_024..=1 << 30, problems),
    );
    set(
        &mut api.frame_pixels,
        section.number("frame_pixels", 1..=1 << 40, problems),
    );
    set(
        &mut api.json_bytes,
        section.bytes("json_bytes", 1_024..=1 << 30, problems),
    );
    set(
        &mut api.body_memory_bytes,
        section
            .bytes("body_memory_bytes", 1 << 20..=u64::from(u32::MAX), problems)
            .and_then(small),
    );
    set(
        &mut api.body_memory_patience,
        section.span("body_memory_patience", seconds(0, 600), problems),
    );
    set(&mut api.full_at, section.share("full_at", problems));
    set(
        &mut api.retry_after,
        section.span("retry_after", seconds(1, 3_600), problems),
    );
    set(
        &mut api.seal_patience,
        section.span("seal_patience", seconds(0, 600), problems),
    );
    let mut rate = section.section("rate", problems);
    let per_second = rate
        .number("per_second", 1..=10_000_000, problems)
        .and_then(small::<u32>);
    set(&mut api.rate.per_second, per_second.map(f64::from));
    set(
        &mut api.rate.burst,
        rate.number("burst", 1..=10_000_000, problems)
            .and_then(small::<u32>)
            .map(f64::from),
    );
    rate.finish(problems);
    let mut limits = section.section("connections", problems);
    let listener = &mut config.listener;
    set(
        &mut listener.connections,
        limits.number("most", 1..=1_000_000, problems).and_then(small),
    );
    let per_address = limits
        .number("per_address", 1..=1_000_000, problems)
        .and_then(small);
    set(&mut listener.connections_per_address, per_address);
    set(
        &mut listener.first_byte,
        limits.span("first_byte", seconds(1, 600), problems),
    );
    set(
        &mut listener.headers,
        limits.span("headers", seconds(1, 600), problems),
    );
    set(
        &mut listener.keep_alive,
        limits.span("keep_alive", seconds(1, 3_600), problems),
    );
    set(
        &mut listener.body_rate,
        limits.bytes("body_rate", 1..=1 << 30, problems).and_then(small),
    );
    set(
        &mut listener.body_grace,
        limits.span("body_grace", seconds(1, 600), problems),
    );
    limits.finish(problems);
    // Their sum with the packer's and the archive's last steps stays below the ten seconds that a stop may take.
    listener.shutdown = LAST_REQUESTS;
    for problem in config.api.problems() {
        problems.add(problem.setting, problem.why);
    }
    section.finish(problems);
    config
}

fn packer(root: &mut Fields, problems: &mut Problems) -> PackerConfig {
    let mut config = PackerConfig::default();
    let mut section = root.section("packer", problems);
    set(
        &mut config.workers,
        section.number("workers", 1..=256, problems).and_then(small),
    );
    set(
        &mut config.memory_bytes,
        section.bytes("memory_bytes", 1 << 20..=1 << 40, problems),
    );
    set(&mut config.hurry_at, section.share("hurry_at", problems));
    set(
        &mut config.limits.frames,
        section.number("frames", 1..=10_000, problems).and_then(small),
    );
    set(
        &mut config.limits.bytes,
        section.bytes("bytes", 1 << 20..=256 << 20, problems),
    );
    set(
        &mut config.limits.age,
        section.span("age", seconds(1, 24 * 60 * 60), problems),
    );
    section.finish(problems);
    config
}

/// Sets what the configuration names; the rest keeps its default.
fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn small<T: TryFrom<u64>>(number: u64) -> Option<T> {
    T::try_from(number).ok()
}

fn seconds(from: u64, to: u64) -> std::ops::RangeInclusive<Duration> {
    Duration::from_secs(from)..=Duration::from_secs(to)
}

fn intake_log(root: &mut Fields, problems: &mut Problems) -> IntakeOptions {
    let mut options = IntakeOptions::default();
    let mut section = root.section("intake_log", problems);
    if let Some(bytes) = section.bytes("max_bytes", 1 << 20..=1 << 50, problems) {
        options.max_bytes = bytes;
    }
    if let Some(bytes) = section.bytes("reserve_bytes", 1 << 16..=1 << 40, problems) {
        options.reserve_bytes = bytes;
    }
    section.finish(problems);
    options
}

fn objects(root: &mut Fields, problems: &mut Problems) -> Option<ObjectsOptions> {
    let mut section = root.section("objects", problems);
    let folder = section.path("folder", problems);
    let s3 = section.optional_section("s3", problems).map(|mut s3| {
        let options = S3Options {
            bucket: s3.required("bucket", problems),
            endpoint: s3.text("endpoint", problems),
            region: s3
                .text("region", problems)
                .unwrap_or_else(|| "us-east-1".to_owned()),
            prefix: s3
                .text("prefix", problems)
                .unwrap_or_default()
                .trim_matches('/')
                .to_owned(),
            access_key: s3.secret("access_key", problems),
            secret_key: SecretKey::new(s3.secret("secret_key", problems)),
            allow_http: s3.flag("allow_http", problems).unwrap_or(false),
        };
        s3.finish(problems);
        options
    });
    let named = section.name("s3");
    section.finish(problems);
    match (folder, s3) {
        (Some(_), Some(_)) => {
            problems.add(&named, "objects go to a folder or to S3, not to both");
            None
        }
        (Some(folder), None) => Some(ObjectsOptions::Local(folder)),
        (None, Some(s3)) => Some(ObjectsOptions::S3(s3)),
        (None, None) => None,
    }
}

/// Where the text is no TOML.
fn syntax(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map(|span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
    match line {
        Some(line) => format!("line {line}: {}", error.message()),
        None => error.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_gives_the_embedded_defaults() {
        let config = Config::parse(Path::new("/srv/obhut"), "").expect("defaults");
        assert_eq!(config.intake.address, DEFAULT_INTAKE);
        assert_eq!(config.archive.root_key, Path::new("/srv/obhut/root.key"));
        assert_eq!(config.intake.lost.silence, Duration::from_mins(10));
        assert!(matches!(config.archive.objects, ObjectsOptions::Local(_)));
    }

    #[test]
    fn every_problem_is_reported_at_once_with_its_key() {
        let text = "
            rootkey = \"x\"
            [intake]
            listen = \"everywhere\"
            tls = { certificate = \"a.pem\" }
            frame_bytes = \"1 parsec\"
            [packer]
            workers = 0
            [objects.s3]
            bucket = \"b\"
            access_key = \"in plain sight\"
            secret_key = { env = \"OBHUT_TEST_NO_SUCH_VARIABLE\" }
            [log]
            format = \"xml\"
        ";
        let problems = Config::parse(Path::new("d"), text).expect_err("refused");
        let keys: Vec<&str> = problems
            .iter()
            .filter_map(|line| line.split(": ").next())
            .collect();
        assert_eq!(
            keys,
            [
                "intake.listen",
                "intake.tls.key",
                "intake.frame_bytes",
                "objects.s3.access_key",
                "objects.s3.secret_key",
                "packer.workers",
                "log.format",
                "rootkey",
            ]
        );
        assert!(!problems.join("\n").contains("in plain sight"));
    }

    #[test]
    fn what_is_no_toml_is_named_by_its_line() {
        let problems =
            Config::parse(Path::new("d"), "root_key = \"x\"\nintake = = 3\n").expect_err("refused");
        assert!(problems[0].starts_with("line 2: "), "{problems:?}");
    }
}
