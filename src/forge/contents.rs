//! What the plan calls a content, as bytes. Knows no threads and no order.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::archive::{Part, pack};
use super::identities::Identities;
use super::keystore::{KeystoreEntry, KeystoreKey, write_keystore};
use super::{Bytes, Error, KeyPair, Source, Titles, issue, pem, secret, store};
use crate::plan::{
    Content, Entry, FileUser, Identity, IdentityId, Issuer, Keystore, KeystoreFormat, Member, Mode, Plan,
    Secrecy, SecretId, SecretText, ServiceToken, Store, Text, config_text, render,
};
use crate::values::{RelPath, Secret};

/// What takes a password-based derivation: milliseconds, not microseconds. Made once, however many files
/// and archives hold it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Piece<'a> {
    Key(&'a IdentityId, &'a SecretId),
    /// What encrypts all keystores of a format; each has a text of its own.
    Keystore(KeystoreFormat, Option<&'a SecretId>),
    Store(&'a Store),
    Tokens(&'a [ServiceToken]),
    Users(&'a [FileUser]),
}

/// A piece that was made.
pub(super) enum Made {
    Bytes(Bytes),
    Keystore(KeystoreKey),
}

impl<'a> Piece<'a> {
    pub(super) fn of(content: &'a Content) -> Option<Self> {
        match content {
            Content::Key { of, password: Some(password) } => Some(Self::Key(of, password)),
            Content::Store(store) => Some(Self::Store(store)),
            Content::ServiceTokens(tokens) => Some(Self::Tokens(tokens)),
            Content::Users(users) => Some(Self::Users(users)),
            Content::Keystore(keystore) => Some(Self::Keystore(keystore.format, keystore.password.as_ref())),
            _ => None,
        }
    }
}

/// What contents are made of.
pub(super) struct Material<'a> {
    pub plan: &'a Plan,
    pub by_id: HashMap<&'a IdentityId, &'a Identity>,
    pub identities: &'a Identities,
    pub secrets: &'a BTreeMap<SecretId, Secret>,
    pub titles: Titles<'a>,
    pub source: &'a dyn Source,
    pub now: OffsetDateTime,
}

pub(super) type Pieces<'a> = HashMap<Piece<'a>, Made>;

impl<'a> Material<'a> {
    pub(super) fn piece(&self, piece: Piece<'_>) -> Result<Made, Error> {
        let bytes = match piece {
            Piece::Key(of, password) => {
                let label = format!("key {of} under {password}");
                let (key, password) = (self.identities.key(of)?, self.secret(password)?);
                pem::write_encrypted(of, key, password, &label, self.source)?
            }
            Piece::Keystore(format, password) => {
                let password = password.map(|id| self.secret(id)).transpose()?;
                let password = password.map_or("", Secret::reveal);
                return KeystoreKey::draw(format, password, self.source).map(Made::Keystore);
            }
            Piece::Store(store) => self.store(store)?,
            Piece::Tokens(tokens) => {
                lines(tokens, |token| secret::token_line(token, self.secret(&token.secret)?, self.source))?
            }
            Piece::Users(users) => {
                lines(users, |user| secret::user_line(user, self.secret(&user.password)?, self.source))?
            }
        };
        Ok(Made::Bytes(Arc::new(bytes)))
    }

    /// The bytes of a content; of pieces, those that were made before.
    pub(super) fn bytes(
        &self,
        path: &RelPath,
        content: &'a Content,
        pieces: &Pieces<'a>,
    ) -> Result<Bytes, Error> {
        let made = Piece::of(content).and_then(|piece| pieces.get(&piece));
        if let Some(Made::Bytes(bytes)) = made {
            return Ok(bytes.clone());
        }
        let bytes = match content {
            Content::Archive(members) => self.archive(path, members, pieces)?,
            Content::Certificates(ids) => {
                let mut text = Zeroizing::new(Vec::new());
                for id in ids {
                    let issued = self.identities.certificate(id)?;
                    for der in std::iter::once(&*issued.der).chain(issued.above.iter().map(Vec::as_slice)) {
                        text.extend_from_slice(&pem::write("CERTIFICATE", der));
                    }
                }
                text
            }
            Content::Key { of, .. } => pem::write("PRIVATE KEY", self.identities.key(of)?),
            Content::Request(of) => {
                let key = KeyPair::from_pkcs8(self.identities.key(of)?)?;
                pem::write("CERTIFICATE REQUEST", &issue::request(self.identity(of)?, &key)?)
            }
            Content::Keystore(keystore) => match made {
                Some(Made::Keystore(key)) => self.keystore(path, keystore, key)?,
                _ => return Err(Error::Keystore("its key was not made")),
            },
            Content::Secret(text) => Zeroizing::new(self.text_of(text)?.reveal().as_bytes().to_vec()),
            Content::Settings(id) => {
                let config = self.plan.config(*id).ok_or_else(|| Error::NoConfig(path.clone()))?;
                public(config_text(config, &|step| (self.titles)(step)))
            }
            Content::Text(text) => public(self.text(text)),
            // Made of the finished files by the caller; pieces are handled above.
            Content::Receipt | Content::ServiceTokens(_) | Content::Store(_) | Content::Users(_) => {
                Zeroizing::default()
            }
        };
        Ok(Arc::new(bytes))
    }

    fn keystore(
        &self,
        path: &RelPath,
        keystore: &Keystore,
        key: &KeystoreKey,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let entries: Result<Vec<KeystoreEntry>, Error> = keystore
            .settings
            .iter()
            .map(|setting| {
                Ok(KeystoreEntry { name: setting.name.to_owned(), value: self.text_of(&setting.text)? })
            })
            .collect();
        write_keystore(key, &entries?, path.as_str(), self.source)
    }

    fn text_of(&self, text: &SecretText) -> Result<Secret, Error> {
        match text {
            SecretText::Bearer(token) => Ok(secret::bearer(token, self.secret(&token.secret)?)),
            SecretText::Plain(id) => self.secret(id).cloned(),
        }
    }

    fn text(&self, text: &Text) -> String {
        render(text, self.plan, &self.identities.issued)
    }

    fn archive(
        &self,
        path: &RelPath,
        members: &'a [Member],
        pieces: &Pieces<'a>,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let parts: Result<Vec<Part>, Error> = members
            .iter()
            .map(|member| {
                let mode = match member.content.secrecy() {
                    Secrecy::Public => Mode(0o644),
                    Secrecy::Secret => Mode(0o600),
                };
                let bytes = self.bytes(&member.path, &member.content, pieces)?;
                Ok(Part { path: member.path.clone(), bytes, mode })
            })
            .collect();
        pack(path, &parts?, self.now)
    }

    /// A key's chain leaves out the issuers that stand as trusted entries: one bag of a CA serves both
    /// (Java builds the chain from all of them), and Kibana would list a second one twice.
    fn store(&self, store: &Store) -> Result<Zeroizing<Vec<u8>>, Error> {
        let trusted: Vec<&IdentityId> = store
            .entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Trusted { of, .. } => Some(of),
                Entry::Key { .. } => None,
            })
            .collect();
        let mut writer = store::Writer::default();
        for entry in &store.entries {
            match entry {
                Entry::Trusted { alias, of } => {
                    writer.trusted(alias, &self.identities.certificate(of)?.der)?;
                }
                Entry::Key { alias, of } => {
                    let mut chain: Vec<&[u8]> = vec![&self.identities.certificate(of)?.der];
                    for issuer in self.issuers(of)?.into_iter().filter(|issuer| !trusted.contains(issuer)) {
                        chain.push(&self.identities.certificate(issuer)?.der);
                    }
                    writer.key(alias, self.identities.key(of)?, &chain)?;
                }
            }
        }
        let password = store.password.as_ref().map(|id| self.secret(id)).transpose()?;
        writer.write(password.map_or("", Secret::reveal))
    }

    /// Those above `id`, nearest first.
    fn issuers(&self, id: &IdentityId) -> Result<Vec<&'a IdentityId>, Error> {
        let mut chain = Vec::new();
        let mut at = self.identity(id)?;
        while let Issuer::Other(issuer) = &at.issuer {
            if chain.contains(&issuer) {
                break;
            }
            chain.push(issuer);
            at = self.identity(issuer)?;
        }
        Ok(chain)
    }

    fn identity(&self, id: &IdentityId) -> Result<&'a Identity, Error> {
        self.by_id.get(id).copied().ok_or_else(|| Error::NoIdentity(id.clone()))
    }

    fn secret(&self, id: &SecretId) -> Result<&Secret, Error> {
        self.secrets.get(id).ok_or_else(|| Error::NoSecret(id.clone()))
    }
}

/// A text of one line for each item.
fn lines<T>(items: &[T], line: impl Fn(&T) -> Result<String, Error>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut text = Zeroizing::new(Vec::new());
    for item in items {
        text.extend_from_slice(line(item)?.as_bytes());
        text.push(b'\n');
    }
    Ok(text)
}

/// Without the room that a growing text takes: a thousand hosts have thousands of them, and all are held.
fn public(text: String) -> Zeroizing<Vec<u8>> {
    let mut bytes = text.into_bytes();
    bytes.shrink_to_fit();
    Zeroizing::new(bytes)
}
