use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use obhut_listener::{CertificateFiles, Listener, ListenerError, ListenerLimits, TlsError};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::{SHORT, client, get_request, patient, rest, router, text};

struct Pair {
    files: CertificateFiles,
    trusted: CertificateDer<'static>,
}

fn pair(folder: &Path, name: &str) -> Pair {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let files = CertificateFiles {
        certificate: folder.join(format!("{name}.crt")),
        key: folder.join(format!("{name}.key")),
    };
    fs::write(&files.certificate, cert.pem()).expect("written");
    fs::write(&files.key, signing_key.serialize_pem()).expect("written");
    Pair {
        files,
        trusted: cert.der().clone(),
    }
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn serve(files: &CertificateFiles, limits: ListenerLimits) -> (SocketAddr, String, JoinHandle<()>) {
    let listener = Listener::bind("test", loopback(), Some(files), limits)
        .await
        .expect("usable files");
    let (address, origin) = (
        listener.local_address().expect("an address"),
        listener.origin().expect("an origin"),
    );
    let serving = tokio::spawn(async move {
        listener.serve(router(), std::future::pending()).await;
    });
    (address, origin, serving)
}

fn connector(trusted: CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).expect("a certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("known versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn a_request_goes_through_tls() {
    let folder = TempDir::new().expect("a folder");
    let Pair { files, trusted } = pair(folder.path(), "server");
    let (address, origin, _serving) = serve(&files, patient()).await;
    assert_eq!(origin, format!("https://{address}"));
    let stream = TcpStream::connect(address).await.expect("accepted");
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = connector(trusted)
        .connect(name, stream)
        .await
        .expect("a handshake");
    let mut client = client(stream).await;
    for _ in 0..3 {
        assert_eq!(text(get_request(&mut client).await).await.1, "hello");
    }
}

#[tokio::test]
async fn a_certificate_allows_addresses_beyond_loopback() {
    let folder = TempDir::new().expect("a folder");
    let files = pair(folder.path(), "server").files;
    let anywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    assert!(
        Listener::bind("test", anywhere, Some(&files), patient())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_handshake_that_never_begins_or_never_ends_is_ended() {
    let folder = TempDir::new().expect("a folder");
    let files = pair(folder.path(), "server").files;
    let limits = ListenerLimits {
        first_byte: SHORT,
        headers: SHORT,
        ..patient()
    };
    let (address, ..) = serve(&files, limits).await;
    let mut silent = TcpStream::connect(address).await.expect("accepted");
    assert_eq!(rest(&mut silent).await, "");
    let mut half = TcpStream::connect(address).await.expect("accepted");
    // The beginning of a handshake record.
    tokio::io::AsyncWriteExt::write_all(&mut half, b"\x16\x03\x01\x02\x00\x01")
        .await
        .expect("the server reads");
    assert_eq!(rest(&mut half).await, "");
}

#[tokio::test]
async fn unusable_files_are_named() {
    let folder = TempDir::new().expect("a folder");
    let (one, other) = (
        pair(folder.path(), "one").files,
        pair(folder.path(), "other").files,
    );
    let missing = folder.path().join("missing.pem");
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "").expect("written");

    let refused = |certificate: &Path, key: &Path| {
        let files = CertificateFiles {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        async move {
            match Listener::bind("intake.tls", loopback(), Some(&files), patient()).await {
                Err(ListenerError::Tls {
                    setting: "intake.tls",
                    cause,
                }) => cause,
                other => panic!("not refused for its files: {other:?}"),
            }
        }
    };
    assert!(
        matches!(refused(&missing, &one.key).await, TlsError::Unreadable { file, .. } if file == missing)
    );
    assert!(
        matches!(refused(&one.certificate, &missing).await, TlsError::Unreadable { file, .. } if file == missing)
    );
    assert!(matches!(refused(&empty, &one.key).await, TlsError::NoCertificate(file) if file == empty));
    assert!(matches!(refused(&one.certificate, &empty).await, TlsError::NoKey(file) if file == empty));
    assert!(matches!(
        refused(&one.certificate, &other.key).await,
        TlsError::Unusable { .. }
    ));
}
