//! Secrets of a run: kept, typed or drawn, and the hashes of service tokens. Knows no files.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use aws_lc_rs::digest::{SHA512, digest};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use zeroize::Zeroizing;

use super::{Error, Kept, Source, base64, digest::hex};
use crate::plan::{FileUser, Origin, Plan, SecretId, ServiceToken, TypedSecrets};
use crate::values::Secret;

const LETTERS_AND_DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Every secret of the plan. What was typed wins over what was kept, what was kept over a new draw.
pub(super) fn gather(
    plan: &Plan,
    typed: &TypedSecrets,
    kept: &Kept,
    source: &dyn Source,
) -> Result<BTreeMap<SecretId, Secret>, Error> {
    let mut secrets = BTreeMap::new();
    for spec in &plan.secrets {
        let known = match spec.origin {
            Origin::Typed => typed.get(&spec.id).or_else(|| kept.secret(&spec.id)),
            Origin::Generated(_) => kept.secret(&spec.id),
        };
        let secret = match (known, spec.origin) {
            (Some(known), _) => known.clone(),
            (None, Origin::Generated(length)) => draw(&spec.id, length, source)?,
            (None, Origin::Typed) => return Err(Error::NotTyped(spec.id.clone())),
        };
        secrets.insert(spec.id.clone(), secret);
    }
    Ok(secrets)
}

/// Letters and digits only, so that no shell, YAML or variable expansion reads anything into them;
/// a letter first, because Beats take a value like `00001234` for a number.
fn draw(id: &SecretId, length: usize, source: &dyn Source) -> Result<Secret, Error> {
    let mut text = Zeroizing::new(String::with_capacity(length));
    for round in 0_u32.. {
        let mut bytes = Zeroizing::new(vec![0; length * 2 + 32]);
        source.fill(&format!("secret {id} {round}"), &mut bytes)?;
        for byte in bytes.iter().map(|byte| usize::from(*byte)) {
            let choices = if text.is_empty() { 52 } else { 62 };
            // Bytes beyond the last full multiple would make the first characters likelier.
            if text.len() < length && byte < 256 / choices * choices {
                text.push(char::from(LETTERS_AND_DIGITS[byte % choices]));
            }
        }
        if text.len() >= length {
            break;
        }
    }
    Ok(Secret::new(std::mem::take(&mut *text)))
}

/// One line of `service_tokens`: `namespace/service/name:hash`.
pub(super) fn token_line(
    token: &ServiceToken,
    secret: &Secret,
    source: &dyn Source,
) -> Result<String, Error> {
    let name = format!("{}/{}", token.account, token.name);
    let mut salt = [0; 32];
    source.fill(&format!("salt of service token {name}"), &mut salt)?;
    Ok(format!("{name}:{}", stretched(secret, &salt)))
}

/// One line of `users`: `name:hash`.
pub(super) fn user_line(user: &FileUser, secret: &Secret, source: &dyn Source) -> Result<String, Error> {
    let mut salt = [0; 32];
    source.fill(&format!("salt of user {}", user.name), &mut salt)?;
    Ok(format!("{}:{}", user.name, stretched(secret, &salt)))
}

/// `PBKDF2_STRETCH` of Elasticsearch, 10,000 rounds, its default for service tokens
/// (`xpack.security.authc.service_token_hashing.algorithm`); what is hashed here has 142 bits, which no
/// number of rounds could add to. PBKDF2-HMAC-SHA512 over the lower-case
/// hex of the secret's SHA-512.
fn stretched(secret: &Secret, salt: &[u8]) -> String {
    const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
    let input = Zeroizing::new(hex(digest(&SHA512, secret.reveal().as_bytes()).as_ref()));
    let mut key = Zeroizing::new([0; 32]);
    derive(PBKDF2_HMAC_SHA512, ROUNDS, salt, input.as_bytes(), &mut *key);
    format!("{{PBKDF2_STRETCH}}{ROUNDS}${}${}", *base64::encode(salt), *base64::encode(&*key))
}

/// What a client sends: a version prefix, then `namespace/service/name:secret`, all in base64.
pub(super) fn bearer(token: &ServiceToken, secret: &Secret) -> Secret {
    let text = Zeroizing::new(format!("{}/{}:{}", token.account, token.name, secret.reveal()));
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 4));
    bytes.extend([0, 1, 0, 1]);
    bytes.extend_from_slice(text.as_bytes());
    Secret::new(std::mem::take(&mut *base64::bare(&bytes)))
}

/// The secret inside what `bearer` made; `None` for anything else.
pub fn read_bearer(text: &str) -> Option<Secret> {
    let bytes = base64::decode(text.trim().as_bytes())?;
    let text = std::str::from_utf8(bytes.strip_prefix(&[0, 1, 0, 1])?).ok()?;
    text.split_once(':').map(|(_, secret)| Secret::new(secret))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::forge::System;

    /// Checked by log-in on Elasticsearch 8.19 and 9.1.
    #[test]
    fn service_tokens_are_as_elasticsearch_makes_them() {
        let salt: Vec<u8> = (0..32).collect();
        let rows = [
            (
                "correct-horse-9",
                "{PBKDF2_STRETCH}10000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$2r7NkpKt5gm+WzvkjuQ0/LwFCwSM8mpii7hrQo8OaT8=",
            ),
            (
                "stackseal-test-secret1",
                "{PBKDF2_STRETCH}10000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$/v3z6Nmm4QcKSuWuWH60obVjxW0IC8svow85YPQtt6w=",
            ),
        ];
        for (secret, hash) in rows {
            assert_eq!(stretched(&Secret::new(secret), &salt), hash);
        }
        let token = ServiceToken { account: "elastic/kibana", name: "stackseal", secret: SecretId::new("t") };
        let secret = Secret::new("stackseal-test-secret1");
        assert_eq!(
            bearer(&token, &secret).reveal(),
            "AAEAAWVsYXN0aWMva2liYW5hL3N0YWNrc2VhbDpzdGFja3NlYWwtdGVzdC1zZWNyZXQx"
        );
        assert_eq!(read_bearer(bearer(&token, &secret).reveal()), Some(secret.clone()));
        let line = token_line(&token, &secret, &System).unwrap();
        assert!(line.starts_with("elastic/kibana/stackseal:{PBKDF2_STRETCH}10000$"), "{line}");
        assert!(!line.contains(secret.reveal()));
    }

    #[test]
    fn drawn_secrets_begin_with_a_letter() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let secret = draw(&SecretId::new("s"), 24, &System).unwrap();
            let text = secret.reveal();
            assert_eq!(text.len(), 24);
            assert!(text.starts_with(|c: char| c.is_ascii_alphabetic()), "{text}");
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()), "{text}");
            seen.extend(text.bytes());
        }
        assert_eq!(seen.len(), 62);
    }
}
