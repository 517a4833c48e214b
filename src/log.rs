//! Where the program's own messages go: standard error, as text or JSON.

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Starts logging. A server tells what it does; a command only what is wrong, unless the configuration says more.
pub(crate) fn start(config: &LogConfig, serving: bool) {
    let level = config.level.as_deref().unwrap_or(if serving {
        "info,refinery_core=warn"
    } else {
        "error"
    });
    let filter = EnvFilter::builder().parse_lossy(level);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process can't happen; a test harness that set its own keeps it.
    let _ = match config.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
