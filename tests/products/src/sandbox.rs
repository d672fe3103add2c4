//! The room in which one scenario runs: a network with nothing but its own loopback, its own process list, and for
//! each host its own view of the disk. All of it ends with its first process.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::layout::Layout;
use crate::tools::{find, must};
use crate::trouble::{At, Result, Trouble};

/// Where the folders of a run and what was laid out are seen inside, whatever covers /etc, /usr or /var there.
pub const INSIDE: &str = "/mnt";
const SHORT: Duration = Duration::from_secs(60);

/// Users as the products' packages make them; the last is the container's.
const USERS: [(&str, u32, u32); 4] = [
    ("elasticsearch", 6101, 6101),
    ("kibana", 6102, 6102),
    ("metricbeat", 6103, 6103),
    ("container", 1000, 0),
];

/// The command that becomes the first process of a new room.
pub fn enter(program: &Path, arguments: &[&str]) -> Command {
    // Whoever is killed takes the room along: the harness its unshare, that one its first process, that one all others.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]).args([
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "--kill-child=KILL",
        "--mount-proc",
    ]);
    command.args(["--propagation", "private", "--"]).arg(program).args(arguments);
    command
}

/// Called inside: brings the loopback up with the addresses that are not there by themselves, and makes the folders
/// of the run visible.
pub fn furnish(layout: &Layout, run: &Path, version: &str, addresses: &[String]) -> Result<()> {
    let ip = find("ip").ok_or_else(|| Trouble("ip is not installed".into()))?;
    must(Command::new(&ip).args(["link", "set", "lo", "up"]), SHORT)?;
    for address in addresses.iter().filter(|address| address.contains(':') && *address != "::1") {
        must(
            Command::new(&ip).args(["-6", "addr", "add", &format!("{address}/128"), "dev", "lo", "nodad"]),
            SHORT,
        )?;
    }
    must(Command::new("mount").args(["-t", "tmpfs", "-o", "mode=0755", "tmpfs", INSIDE]), SHORT)?;
    let seen = [
        ("run", run.to_path_buf()),
        ("elasticsearch", layout.home(version)),
        ("kibana", layout.kibana()),
        ("beats", layout.beats()),
    ];
    for (name, from) in seen {
        let to = Path::new(INSIDE).join(name);
        fs::create_dir(&to).at(&to)?;
        must(Command::new("mount").arg("--bind").arg(&from).arg(&to), SHORT)?;
    }
    // Java leaves files there that carry the number of a process, and numbers begin anew in each room.
    must(Command::new("mount").args(["-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp"]), SHORT)?;
    Ok(())
}

/// One host as its processes see it: `root` lies over the machine's own disk, `shown` puts folders from elsewhere in.
#[derive(Clone, Debug)]
pub struct Machine {
    pub name: String,
    pub root: PathBuf,
    shown: Vec<(PathBuf, String, bool)>,
}

impl Machine {
    /// A host that knows the others by name and the products' users, and has nothing installed.
    pub fn new(folder: &Path, name: &str, names: &[(String, String)]) -> Result<Self> {
        let root = folder.join(name);
        let etc = root.join("etc");
        fs::create_dir_all(&etc).at(&etc)?;
        let own = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let mut hosts = format!("127.0.0.1 localhost {}\n::1 localhost\n", own.trim());
        for (address, name) in names {
            let _ = writeln!(hosts, "{address} {name}");
        }
        let mut users = "root:x:0:0::/root:/bin/sh\n".to_owned();
        let mut groups = "root:x:0:\n".to_owned();
        for (user, uid, gid) in USERS {
            let _ = writeln!(users, "{user}:x:{uid}:{gid}::/:/bin/sh");
            if gid != 0 {
                let _ = writeln!(groups, "{user}:x:{gid}:");
            }
        }
        for (file, text) in [("hosts", hosts), ("passwd", users), ("group", groups)] {
            let path = etc.join(file);
            fs::write(&path, text).at(&path)?;
        }
        // Names are looked up in that file and nowhere else: there is no other network.
        let switch = etc.join("nsswitch.conf");
        fs::write(&switch, "passwd: files\ngroup: files\nhosts: files\n").at(&switch)?;
        Ok(Self { name: name.into(), root, shown: Vec::new() })
    }

    /// A folder of the host that its processes may write, made if need be.
    pub fn writable(&mut self, target: &str) -> Result<PathBuf> {
        let from = self.root.join(target.trim_start_matches('/'));
        fs::create_dir_all(&from).at(&from)?;
        if !self.shown.iter().any(|(_, seen, _)| seen == target) {
            self.shown.push((from.clone(), target.to_owned(), true));
        }
        Ok(from)
    }

    /// A folder of the host that is seen at another place too, writable.
    pub fn show(&mut self, from: &Path, target: &str) -> Result<()> {
        let place = self.root.join(target.trim_start_matches('/'));
        fs::create_dir_all(&place).at(&place)?;
        self.shown.retain(|(_, seen, _)| seen != target);
        self.shown.push((from.to_path_buf(), target.to_owned(), true));
        Ok(())
    }

    /// Where what processes see in this folder really lies.
    pub fn seen(&self, target: &str) -> PathBuf {
        let shown = self.shown.iter().find(|(_, seen, _)| seen == target);
        shown.map_or_else(|| self.root.join(target.trim_start_matches('/')), |(from, _, _)| from.clone())
    }

    /// A folder from elsewhere that is seen there, read-only.
    pub fn read_only(&mut self, from: &Path, target: &str) -> Result<()> {
        let place = self.root.join(target.trim_start_matches('/'));
        fs::create_dir_all(&place).at(&place)?;
        if !self.shown.iter().any(|(_, seen, _)| seen == target) {
            self.shown.push((from.to_path_buf(), target.to_owned(), false));
        }
        Ok(())
    }

    /// A command on this host as this user. It replaces the shell that mounts, so a signal to it is for it.
    pub fn command(&self, user: &str, program: &Path) -> Command {
        const MOUNT: &str = r#"
            root=$1 uid=$2 gid=$3; shift 3
            for folder in "$root"/*/; do
                folder=${folder%/}; folder=${folder##*/}
                [ -d "/$folder" ] || continue
                mount -t overlay overlay -o "ro,lowerdir=$root/$folder:/$folder" "/$folder"
            done
            while [ "$1" != -- ]; do
                mount --bind "$1" "$2"
                [ "$3" = rw ] || mount -o remount,bind,ro "$2"
                shift 3
            done
            shift; cd /
            exec setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@""#;
        let (uid, gid) = ids(user);
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-ec", MOUNT, "host"]);
        command.arg(&self.root).args([uid.to_string(), gid.to_string()]);
        // A folder inside another one has to come after it.
        let mut shown = self.shown.clone();
        shown.sort_by(|a, b| a.1.cmp(&b.1));
        for (from, target, writable) in &shown {
            command.arg(from).arg(target).arg(if *writable { "rw" } else { "ro" });
        }
        command.arg("--").arg(program).env("HOME", "/tmp");
        command
    }
}

pub fn ids(user: &str) -> (u32, u32) {
    USERS.iter().find(|(name, _, _)| *name == user).map_or((0, 0), |(_, uid, gid)| (*uid, *gid))
}

/// Gives a folder with all in it to a user.
pub fn give(folder: &Path, user: &str) -> Result<()> {
    let (uid, gid) = ids(user);
    must(Command::new("chown").arg("-R").arg(format!("{uid}:{gid}")).arg(folder), SHORT).map(|_| ())
}

/// What still runs in this room beside its first process. What has ended and had no parent to hear of it is let go.
pub fn left_over() -> Vec<String> {
    while let Ok(Some(_)) = rustix::process::wait(rustix::process::WaitOptions::NOHANG) {}
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if pid.chars().all(|c| c.is_ascii_digit()) && pid != own {
            let line =
                fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default().replace('\0', " ");
            found.push(format!("{pid} {line}"));
        }
    }
    found
}

/// Memory of all processes of this room now, in MiB; a page that two share counts half each.
pub fn memory() -> u64 {
    let mut kilobytes = 0;
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let rollup = fs::read_to_string(entry.path().join("smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        kilobytes +=
            line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or_default();
    }
    kilobytes / 1024
}
