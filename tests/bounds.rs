//! Files that ask for too much: rounds, memory, depth, length, numbers, things packed in things. Each reader
//! says no, or reads on, within a time that does not depend on what the file asks for.

mod locked;

use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use locked::{
    PASSWORD, SHA1_3DES, SHA1_RC2, bag, by_pbes1, by_pbes2, der, int, locked, locked_safe, pbes1, pbkdf2,
    pem, plain_safe, scrypt, seq, store,
};
use stackseal::forge::{
    KeystoreKey, Source, System, inspect, read_key, read_pem, read_store, write_keystore,
};
use stackseal::plan::KeystoreFormat;
use stackseal::steps::paste_hosts;
use stackseal::store::{Session, parse_instances, read_secrets};
use stackseal::values::{Dn, Sans};
use zip::write::SimpleFileOptions;

/// Ends in a time that a slow machine at work has, too; without a bound these would take hours.
fn within<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, end) = mpsc::channel();
    thread::spawn(move || drop(done.send(work())));
    end.recv_timeout(Duration::from_secs(90)).expect("it takes too long, or breaks")
}

#[test]
fn locks_that_take_hours_or_the_whole_memory_stay_closed() {
    let old = pbes1(SHA1_3DES, 900_000);
    let mut refused = 0;
    let keys = [
        pbkdf2(99_999_999),
        scrypt(1 << 24, 8, 1),
        scrypt(1 << 14, 8, 65_535),
        scrypt(0, 8, 1),
        scrypt(3, 8, 1),
    ];
    for algorithm in &keys {
        let text = pem("ENCRYPTED PRIVATE KEY", &locked(algorithm));
        let error = within(move || read_key(text.as_bytes(), Some(PASSWORD)).unwrap_err().to_string());
        assert!(error.contains("opening it would take more than"), "{error}");
        refused += 1;
    }
    let stores = [
        store(&[], Some(u64::from(u32::MAX))),
        store(&[], Some(900_000_000)),
        store(&[plain_safe(&[bag(&pbkdf2(99_999_999))])], None),
        store(&[plain_safe(&[bag(&scrypt(1 << 20, 8, 1))])], None),
        store(&[plain_safe(&[bag(&scrypt(0, 8, 1))])], None),
        // Each of them is within what one lock may ask for.
        store(&[plain_safe(&vec![bag(&pbkdf2(900_000)); 2000])], None),
        store(&[plain_safe(&vec![bag(&old); 2000])], None),
        store(&vec![plain_safe(&[bag(&old)]); 2000], None),
    ];
    for bytes in stores {
        let error = within(move || read_store(&bytes, PASSWORD).unwrap_err().to_string());
        assert!(error.contains("opening it would take more than"), "{error}");
        refused += 1;
    }
    assert_eq!(refused, 13);
    // What is written in the world is read: a wrong password is told, and nothing else.
    for algorithm in [pbkdf2(600_000), scrypt(16_384, 8, 1)] {
        let text = pem("ENCRYPTED PRIVATE KEY", &locked(&algorithm));
        let error = within(move || read_key(text.as_bytes(), Some(PASSWORD)).unwrap_err().to_string());
        assert!(error.contains("password"), "{error}");
    }
}

#[test]
fn locks_within_a_lock_are_counted() {
    let bags = |rounds, count| -> Vec<Vec<u8>> { vec![bag(&pbkdf2(rounds)); count] };
    let safes = |bags: &[Vec<u8>]| {
        [
            locked_safe(&pbkdf2(1), by_pbes2, bags),
            locked_safe(&pbes1(SHA1_3DES, 1), |inside| by_pbes1::<des::TdesEde3>(24, inside), bags),
            locked_safe(&pbes1(SHA1_RC2, 1), |inside| by_pbes1::<rc2::Rc2>(5, inside), bags),
        ]
    };
    for safe in safes(&bags(900_000, 50)) {
        let bytes = store(&[safe], None);
        let error = within(move || read_store(&bytes, PASSWORD).unwrap_err().to_string());
        assert!(error.contains("opening it would take more than"), "{error}");
    }
    // What is modest is tried: the reader opens the outer lock as well, and finds that the inner one stays shut.
    for safe in safes(&bags(1000, 1)) {
        let bytes = store(&[safe], None);
        assert!(matches!(read_store(&bytes, PASSWORD), Err(stackseal::forge::Error::Locked)));
    }
}

type Members = Vec<(String, Vec<u8>)>;

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Draws another salt each time.
struct Salts(u8);

impl Source for Salts {
    fn now(&self) -> time::OffsetDateTime {
        System.now()
    }

    fn fill(&self, _: &str, bytes: &mut [u8]) -> Result<(), stackseal::forge::Error> {
        bytes.fill(self.0);
        Ok(())
    }

    fn key(
        &self,
        id: &stackseal::plan::IdentityId,
        kind: stackseal::values::KeyKind,
    ) -> Result<stackseal::forge::KeyPair, stackseal::forge::Error> {
        System.key(id, kind)
    }
}

/// Each of them is opened where it is alone; of an archive of 40 only as many as 20 million rounds are enough for.
#[test]
fn an_archive_of_expensive_members_is_opened_as_far_as_its_budget_goes() {
    let keystore = |nth: u8, password: &str, salt: u8| {
        let key = KeystoreKey::draw(KeystoreFormat::Elasticsearch7, password, &Salts(salt)).unwrap();
        let bytes = write_keystore(&key, &[], "test", &Salts(salt)).unwrap().to_vec();
        (format!("{nth}/elasticsearch.keystore"), bytes)
    };
    let behind = |nth: u8| {
        let safe = locked_safe(&pbkdf2(1), by_pbes2, &vec![bag(&pbkdf2(900_000)); 3]);
        (format!("{nth}.p12"), store(&[safe], None))
    };
    let shown = |nth: u8| (format!("{nth}.p12"), store(&[], Some(900_000)));
    let mixed = (0..20).map(|nth| keystore(nth, "other", nth)).chain((20..40).map(shown)).collect();
    let (name, of_one_run) = keystore(0, "", 7);
    let shared = (0..40).map(|nth| (format!("{nth}/{name}"), of_one_run.clone())).collect();
    // The members, what one says alone, and how many of them are tried.
    let cases: [(Members, &str, usize); 3] = [
        // Each with two passwords: 20 times 210,000 rounds, and 6 times 900,000.
        (mixed, "locked: none", 26),
        // One round to look inside, one for the outer lock, and three times 900,000 in it.
        ((0..40).map(behind).collect(), "locked: none", 7),
        // One key opens all of them.
        (shared, "no password", 40),
    ];
    for (members, alone, tried) in cases {
        for (name, bytes) in [members[0].clone(), members[39].clone()] {
            let words = within(move || inspect(&name, &bytes, &[PASSWORD]).to_string());
            assert!(words.contains(alone), "{words}");
        }
        let bytes = zipped(&members);
        let words = within(move || inspect("a.zip", &bytes, &[PASSWORD]).to_string());
        let count = |text: &str| words.matches(text).count();
        assert_eq!((count(alone), count("too many like it")), (tried, 40 - tried), "{words}");
    }
}

#[test]
fn many_keys_and_blocks_are_not_read_again_and_again() {
    let one = pem("ENCRYPTED PRIVATE KEY", &locked(&pbkdf2(2_000_000)));
    let words = within(move || inspect("a.pem", one.repeat(4000).as_bytes(), &[PASSWORD, "b"]).to_string());
    assert!(words.contains("too many like it"), "{}", &words[..200]);
    let many = "-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----\n".repeat(200_000);
    assert!(within(move || read_pem(many.as_bytes()).unwrap_err().to_string()).contains("4096"));
}

#[test]
fn structures_without_a_bottom_are_left() {
    for tag in [0x30, 0x31, 0xa0, 0x04, 0x24] {
        let mut deep = Vec::new();
        // Lengths of three bytes each, inside out.
        for _ in 0..20_000 {
            deep = [head(tag, deep.len()), deep].concat();
        }
        let first = seq(&[&deep]);
        let stored = store(&[deep.clone()], None);
        within(move || {
            for name in ["a.p12", "a.crt", "a.csr"] {
                let _ = inspect(name, &first, &[PASSWORD]).to_string();
            }
            assert!(read_store(&stored, PASSWORD).is_err());
        });
    }
}

fn head(tag: u8, length: usize) -> Vec<u8> {
    let length = u32::try_from(length).unwrap().to_be_bytes();
    [&[tag, 0x83][..], &length[1..]].concat()
}

/// A request whose subject has very many parts.
#[test]
fn long_names_are_read_or_refused_and_nothing_hangs() {
    let cn = seq(&[&[6, 3, 0x55, 4, 3], &der(0x0c, &[b"a"])]);
    let part = der(0x31, &[&cn]);
    let name = seq(&vec![part.as_slice(); 60_000]);
    let key = seq(&[
        &seq(&[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]]),
        &der(3, &[&[0, 4], &[7; 64]]),
    ]);
    let info = seq(&[&int(0), &name, &key, &[0xa0, 0]]);
    let algorithm = seq(&[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
    let request = seq(&[&info, &algorithm, &der(3, &[&[0], &[8; 70]])]);
    let words = within(move || inspect("a.csr", &request, &[]).to_string());
    assert!(words.contains("certificate request"), "{}", &words[..100.min(words.len())]);
    for text in
        ["CN=a,".repeat(1_000_000), "CN=a+".repeat(1_000_000), format!("CN={}", "\\,".repeat(1_000_000))]
    {
        let refused = within(move || text.trim_end_matches([',', '+']).parse::<Dn>().is_err());
        assert!(refused);
    }
}

#[test]
fn archives_that_unpack_without_end_are_stopped() {
    // 40 members of 16 MiB each, and ten of these archives in one: 6 GB.
    let bomb = zipped(&[("a".to_owned(), vec![0; 16 << 20])]);
    let many: Vec<_> = (0..40).map(|nth| (format!("{nth}.zip"), bomb.clone())).collect();
    let outer = zipped(&many);
    let whole: Vec<_> = (0..10).map(|nth| (format!("{nth}.zip"), outer.clone())).collect();
    let bytes = zipped(&whole);
    assert!(bytes.len() < 8 << 20, "{}", bytes.len());
    let words = within(move || inspect("a.zip", &bytes, &[]).to_string());
    assert!(words.contains("unpacks to more than 256 MiB"), "{words}");
    let empty: Vec<_> = (0..60_000).map(|nth| (format!("{nth}.p12"), vec![0x30, 0])).collect();
    let empty = zipped(&empty);
    assert!(within(move || inspect("a.zip", &empty, &[PASSWORD]).to_string()).contains("too many like it"));
    let mut large = b"PK\x03\x04".to_vec();
    large.resize(17 << 20, 0);
    assert!(within(move || inspect("a.zip", &large, &[]).to_string()).contains("larger than 16 MiB"));
}

#[test]
fn a_million_host_lines_are_read_and_a_million_words_on_one_line_are_not() {
    let lines: String = (0..1_000_000).map(|nth| format!("h{nth} h{nth}.example\n")).collect();
    assert_eq!(within(move || paste_hosts(&lines).taken.len()), 1_000_000);
    let line: String = (0..1_000_000).map(|nth| format!("h{nth}.example ")).collect();
    let pasted = within(move || paste_hosts(&line));
    assert!(pasted.taken.is_empty() && pasted.refused[0].1.contains("at most 1000"), "{:?}", pasted.refused);
}

/// One certificate may have the names of thousands of hosts; each stands in it once.
#[test]
fn many_names_are_gathered_without_comparing_all_with_all() {
    let length = within(|| {
        let mut sans = Sans::new();
        for nth in 0..200_000 {
            sans.add_dns(format!("h{}.example", nth % 100_000).parse().unwrap());
        }
        sans.len()
    });
    assert_eq!(length, 100_000);
}

#[test]
fn yaml_is_bounded_in_depth_numbers_and_copies() {
    let path = Path::new("a.yml");
    let names = |count: usize| (0..count).map(|nth| format!("n{nth}.example,")).collect::<String>();
    let row = |count| {
        let names = names(count);
        format!(
            "version: 1\nanswers:\n  overview:\n    elasticsearch:\n      - {{ name: h, dns: [{names}] }}\n"
        )
    };
    let hosts = (0..20_000).map(|nth| format!("      - {{ name: h{nth} }}\n")).collect::<String>();
    let indented = (1..3000).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
    let refused = [
        (format!("version: 1\nanswers: {}", "[".repeat(4 << 20)), "nested deeper"),
        (format!("version: 1\nanswers: {}", "{a: ".repeat(1 << 20)), "nested deeper"),
        (format!("version: 1\nanswers:\n{}", "- ".repeat(2 << 20)), "nested deeper"),
        (format!("version: 1\nanswers:\n{}", "? ".repeat(2 << 20)), "nested deeper"),
        (format!("version: 1\nanswers:\n  beats:\n{indented}"), "a.yml"),
        (format!("version: 1\nanswers:\n  overview:\n    elasticsearch:\n{hosts}"), "at most 10000"),
        (row(100_000), "at most 1000"),
        (
            format!("version: 1\nanswers:\n  overview:\n    client_names: [{}]\n", names(50_000)),
            "at most 1000",
        ),
        ("version: 1\nanswers: { overview: { output: &a x, cluster_name: *a } }".to_owned(), "aliases"),
    ];
    for (text, why) in refused {
        let begin: String = text.chars().take(80).collect();
        let error = within(move || Session::parse(&text, path).unwrap_err().to_string());
        assert!(error.contains(why), "{begin}: {error}");
    }
    assert!(Session::parse(&row(1000), path).is_ok());
    let many = (0..20_000).map(|nth| format!("- {{ name: h{nth} }}\n")).collect::<String>();
    for (text, why) in [
        (format!("instances:\n{many}"), "at most 10000"),
        (format!("instances:\n- {{ name: h, dns: [{}] }}\n", names(100_000)), "at most 1000"),
        (format!("instances: {}", "[".repeat(2 << 20)), "nested deeper"),
    ] {
        let error = within(move || parse_instances(&text, path).unwrap_err().to_string());
        assert!(error.contains(why), "{error}");
    }
}

/// A text of half a megabyte and fifty thousand copies of it would be 25 GB.
#[test]
fn a_file_of_secrets_makes_no_copies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.yml");
    let copies = (0..50_000).map(|nth| format!("k{nth}: *a\n")).collect::<String>();
    std::fs::write(&path, format!("a: &a \"{}\"\n{copies}", "x".repeat(400_000))).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let plan = stackseal::plan::Plan::default();
    let error = within(move || read_secrets(path.to_str().unwrap(), &plan).unwrap_err().to_string());
    assert!(error.contains("line 1") && error.contains("aliases") && !error.contains("xxx"), "{error}");
}
