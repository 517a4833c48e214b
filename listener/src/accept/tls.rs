//! A listener's certificate and key, read from PEM files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Where a listener's certificate and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// PEM: the certificate of the server first, then the chain up to the root.
    pub certificate: PathBuf,
    /// PEM: the private key (PKCS#8, PKCS#1 or SEC1).
    pub key: PathBuf,
}

/// Why TLS cannot be served with the files given.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read as PEM.
    #[error("can't read {file}: {cause}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why, as the reader said it.
        cause: String,
    },
    /// No certificate in the file.
    #[error("{0} holds no certificate")]
    NoCertificate(PathBuf),
    /// No private key in the file.
    #[error("{0} holds no private key")]
    NoKey(PathBuf),
    /// The two do not belong together, or one is not usable.
    #[error("certificate {certificate} and key {key} can't be used together: {cause}")]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the TLS library found.
        cause: Box<rustls::Error>,
    },
}

/// Reads the files and makes the acceptor: TLS 1.2 and 1.3, HTTP/1.1, no client certificates.
pub(super) fn acceptor(files: &CertificateFiles) -> Result<TlsAcceptor, TlsError> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|cause| unreadable(&files.certificate, &cause))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(files.certificate.clone()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| match cause {
        pem::Error::NoItemsFound => TlsError::NoKey(files.key.clone()),
        other => unreadable(&files.key, &other),
    })?;
    let unusable = |cause: rustls::Error| TlsError::Unusable {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        cause: Box::new(cause),
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unreadable(file: &Path, cause: &pem::Error) -> TlsError {
    TlsError::Unreadable {
        file: file.to_path_buf(),
        cause: cause.to_string(),
    }
}
