//! Authorities, and the certificates that they issue. All are made for the test, and valid or not at the time it runs.

use std::{
    ops::Range,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use security_tls::Identity;

pub const SERVER: &str = "server.test";
pub const CLIENT: &str = "client.test";

/// Days from now.
pub const VALID: Range<i64> = -1..30;

/// What an authority is asked to certify.
#[derive(Clone)]
pub struct Papers {
    names: Vec<String>,
    common_name: String,
    purpose: ExtendedKeyUsagePurpose,
    days: Range<i64>,
}

#[allow(dead_code, reason = "no test file needs all of it")]
impl Papers {
    pub fn server() -> Self {
        Self::of(SERVER, ExtendedKeyUsagePurpose::ServerAuth)
    }

    pub fn client() -> Self {
        Self::of(CLIENT, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn of(name: &str, purpose: ExtendedKeyUsagePurpose) -> Self {
        Self {
            names: vec![name.to_owned()],
            common_name: name.to_owned(),
            purpose,
            days: VALID,
        }
    }

    /// The same, under another name. The common name stays: it is for people.
    pub fn named(mut self, name: &str) -> Self {
        self.names = vec![name.to_owned()];
        self
    }

    /// The same, valid from and until so many days from now.
    pub fn valid(mut self, days: Range<i64>) -> Self {
        self.days = days;
        self
    }

    /// The same, good for nothing but being a client.
    pub fn for_clients(mut self) -> Self {
        self.purpose = ExtendedKeyUsagePurpose::ClientAuth;
        self
    }

    /// The same, good for nothing but being a server.
    pub fn for_servers(mut self) -> Self {
        self.purpose = ExtendedKeyUsagePurpose::ServerAuth;
        self
    }

    /// Signed by nobody but its own key.
    pub fn self_signed(self) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = self.params().self_signed(&key).expect("a certificate");
        identity(vec![certificate.into()], &key)
    }

    fn params(self) -> CertificateParams {
        let mut params = CertificateParams::new(self.names).expect("valid names");
        params
            .distinguished_name
            .push(DnType::CommonName, self.common_name);
        params.extended_key_usages = vec![self.purpose];
        period(&mut params, self.days);
        params
    }
}

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its own certificate, if there is an authority above it.
    chain: Vec<CertificateDer<'static>>,
}

#[allow(dead_code, reason = "no test file needs all of it")]
impl Authority {
    /// Two authorities of one name are told apart by their keys alone.
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(authority(name), key);
        Self {
            issuer: issuer.expect("a certificate"),
            chain: Vec::new(),
        }
    }

    /// An authority that this one vouches for.
    pub fn branch(&self, name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::signed_by(authority(name), key, &self.issuer);
        let issuer = issuer.expect("a certificate");
        Self {
            chain: vec![issuer.der().clone()],
            issuer,
        }
    }

    pub fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub fn issue(&self, papers: Papers) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = papers.params().signed_by(&key, &self.issuer);
        let mut chain = vec![certificate.expect("a certificate").into()];
        chain.extend(self.chain.iter().cloned());
        identity(chain, &key)
    }

    /// A certificate by somebody who has one of this authority, `issuer`, and is no authority for that.
    pub fn issue_by_its_client(&self, issuer: Papers, papers: Papers) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let params = issuer.params();
        let middle = params.signed_by(&key, &self.issuer).expect("a certificate");
        let leaf_key = KeyPair::generate().expect("a key");
        let leaf = papers
            .params()
            .signed_by(&leaf_key, &Issuer::new(params, key))
            .expect("a certificate");
        identity(vec![leaf.into(), middle.into()], &leaf_key)
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    period(&mut params, -100..100);
    params
}

fn identity(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Identity {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a PKCS #8 key");
    Identity { chain, key }
}

fn period(params: &mut CertificateParams, days: Range<i64>) {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a clock after 1970");
    let at = |days: i64| {
        let distance = Duration::from_secs(days.unsigned_abs() * 24 * 60 * 60);
        let then = if days < 0 {
            now.saturating_sub(distance)
        } else {
            now + distance
        };
        date_time_ymd(1970, 1, 1) + Duration::from_secs(then.as_secs())
    };
    params.not_before = at(days.start);
    params.not_after = at(days.end);
}
