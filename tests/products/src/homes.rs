//! Lays the products out: Elasticsearch from Maven's jars, Kibana's packages by npm, Beats' library by Go. What is
//! laid out is kept as long as its sources here stay the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::layout::Layout;
use crate::tools::{find, jdk, must};
use crate::trouble::{At, Result, Trouble, trouble};

/// The two versions of which all parts are on Maven Central.
pub const VERSIONS: [&str; 2] = ["8.19.0", "9.1.0"];
const PLUGINS: [&str; 3] = ["transport-netty4", "x-pack-core", "x-pack-security"];
/// Modules that x-pack-security names and nobody publishes; empty ones of these names satisfy Java.
const EMPTY_MODULES: [&str; 9] = [
    "org.opensaml.core",
    "org.opensaml.saml",
    "org.opensaml.saml.impl",
    "org.opensaml.security",
    "org.opensaml.security.impl",
    "org.opensaml.xmlsec",
    "org.opensaml.xmlsec.impl",
    "net.shibboleth.utilities.java.support",
    "com.nimbusds.jose.jwt",
];
/// Types that the node's injector asks for by reflection.
const EMPTY_TYPES: [&str; 3] = [
    "org.opensaml.core.xml.XMLObject",
    "org.opensaml.saml.saml2.core.RequestAbstractType",
    "org.opensaml.saml.saml2.core.StatusResponseType",
];
const LIMIT: Duration = Duration::from_secs(900);

pub fn lay_out_all(layout: &Layout) -> Result<()> {
    let own = |name: &str| layout.sources().join(name);
    for version in VERSIONS {
        once(&layout.home(version), &[own("elasticsearch")], |home| elasticsearch(layout, version, home))?;
    }
    once(&layout.kibana(), &[own("kibana"), shared(layout)], |folder| kibana(layout, folder))?;
    once(&layout.beats(), &[own("beats")], |folder| beats(layout, folder))
}

/// Runs `make` unless the folder was finished from the same sources.
fn once(folder: &Path, sources: &[PathBuf], make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut state = String::new();
    for source in sources {
        state.push_str(&fingerprint(source)?);
    }
    let mark = folder.join(".made-from");
    if fs::read_to_string(&mark).is_ok_and(|made| made == state) {
        return Ok(());
    }
    eprintln!("laying out {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).at(folder)?;
    }
    fs::create_dir_all(folder).at(folder)?;
    make(folder)?;
    fs::write(&mark, state).at(&mark)
}

/// All source files one after the other: small, and equal only when they are.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut all = String::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).at(folder)?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.file_name().is_some_and(|name| name == "node_modules") {
            continue;
        }
        if path.is_dir() {
            all.push_str(&fingerprint(&path)?);
        } else {
            all.push_str(&fs::read_to_string(&path).at(&path)?);
        }
    }
    Ok(all)
}

fn program(name: &str) -> Result<PathBuf> {
    find(name).ok_or_else(|| Trouble(format!("{name} is not installed")))
}

fn elasticsearch(layout: &Layout, version: &str, home: &Path) -> Result<()> {
    let sources = layout.sources().join("elasticsearch");
    let java = jdk(21).ok_or_else(|| Trouble("no JDK 21 or newer".into()))?;
    let part = |profile: &str, folder: &Path| {
        let mut command = Command::new(program("mvn")?);
        command.args(["-q", "-B", "-f"]).arg(sources.join("pom.xml")).arg(format!("-P{profile}"));
        command
            .arg(format!("-Dline={version}"))
            .arg("dependency:copy-dependencies")
            .arg("-DincludeScope=runtime");
        must(command.arg(format!("-DoutputDirectory={}", folder.display())), LIMIT)
    };
    let lib = home.join("lib");
    part("server", &lib)?;
    part("bridge", &lib.join("entitlement-bridge"))?;
    for plugin in PLUGINS {
        let folder = home.join("modules").join(plugin);
        part(plugin, &folder)?;
        drop_repeated(home, plugin)?;
        let own = folder.join(format!("{plugin}-{version}.jar"));
        unpack_descriptor(&java, &own, plugin, &folder)?;
    }
    for empty in ["config", "data", "logs"] {
        let folder = home.join(empty);
        fs::create_dir_all(&folder).at(&folder)?;
    }
    compile(&java, &sources, home, version)
}

/// A plugin may not repeat a jar of the server, nor of the plugin that it extends.
fn drop_repeated(home: &Path, plugin: &str) -> Result<()> {
    let folder = home.join("modules").join(plugin);
    for entry in fs::read_dir(&folder).at(&folder)?.flatten() {
        let in_server = home.join("lib").join(entry.file_name()).exists();
        let in_core =
            plugin == "x-pack-security" && home.join("modules/x-pack-core").join(entry.file_name()).exists();
        if in_server || in_core {
            fs::remove_file(entry.path()).at(&entry.path())?;
        }
    }
    Ok(())
}

/// The descriptor and the entitlement policy travel inside the plugin's own jar.
fn unpack_descriptor(java: &Path, jar: &Path, plugin: &str, folder: &Path) -> Result<()> {
    let inside = format!("META-INF/es-plugins/{plugin}");
    let mut command = Command::new(java.join("bin/jar"));
    must(command.current_dir(folder).arg("xf").arg(jar).arg(&inside), LIMIT)?;
    let unpacked = folder.join(&inside);
    for entry in fs::read_dir(&unpacked).at(&unpacked)?.flatten() {
        let to = folder.join(entry.file_name());
        fs::rename(entry.path(), &to).at(&to)?;
    }
    fs::remove_dir_all(folder.join("META-INF")).at(folder)
}

fn compile(java: &Path, sources: &Path, home: &Path, version: &str) -> Result<()> {
    let work = home.join("work");
    let classpath = format!("{}/*", home.join("lib").display());
    let javac = |to: &Path, files: &[PathBuf]| {
        fs::create_dir_all(to).at(to)?;
        let mut command = Command::new(java.join("bin/javac"));
        must(command.args(["--release", "17", "-nowarn", "-cp", &classpath, "-d"]).arg(to).args(files), LIMIT)
    };
    let jar = |to: &Path, manifest: &str, classes: Option<&Path>| {
        let file = work.join("manifest");
        fs::write(&file, manifest).at(&file)?;
        let mut command = Command::new(java.join("bin/jar"));
        command.arg("cfm").arg(to).arg(&file);
        if let Some(classes) = classes {
            command.arg("-C").arg(classes).arg(".");
        }
        must(&mut command, LIMIT)
    };
    let own = |name: &str| sources.join("src/products").join(format!("{name}.java"));

    javac(&home.join("launch"), &[own("Launch"), own("Keystore")])?;
    javac(&work.join("entitle"), &[own("Entitle")])?;
    let agent = "Agent-Class: products.Entitle\nCan-Retransform-Classes: true\nCan-Redefine-Classes: true\n";
    jar(&home.join("entitle.jar"), agent, Some(&work.join("entitle")))?;
    let console = home.join("lib/tools/ansi-console");
    fs::create_dir_all(&console).at(&console)?;
    javac(&work.join("console"), &[sources.join("src/org/elasticsearch/io/ansi/AnsiConsoleLoader.java")])?;
    jar(&console.join("console.jar"), "\n", Some(&work.join("console")))?;

    let parts = home.join("modules/products-parts");
    fs::create_dir_all(&parts).at(&parts)?;
    javac(&work.join("parts"), &[own("Parts")])?;
    jar(&parts.join("products-parts.jar"), "\n", Some(&work.join("parts")))?;
    let descriptor = format!(
        "name=products-parts\ndescription=parts that are not published\nversion={version}\n\
         elasticsearch.version={version}\njava.version=17\nclassname=products.Parts\n"
    );
    let file = parts.join("plugin-descriptor.properties");
    fs::write(&file, descriptor).at(&file)?;

    let types = empty_types(&work)?;
    javac(&work.join("types"), &types)?;
    for module in EMPTY_MODULES {
        let to = home.join("modules/x-pack-security").join(format!("empty-{module}.jar"));
        let classes = (module == EMPTY_MODULES[0]).then(|| work.join("types"));
        jar(&to, &format!("Automatic-Module-Name: {module}\n"), classes.as_deref())?;
    }
    let log = home.join("log4j2.properties");
    fs::copy(sources.join("log4j2.properties"), &log).at(&log)?;
    fs::remove_dir_all(&work).at(&work)
}

fn empty_types(work: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in EMPTY_TYPES {
        let Some((package, short)) = name.rsplit_once('.') else { return trouble(name) };
        let folder = work.join("types-source").join(package);
        fs::create_dir_all(&folder).at(&folder)?;
        let file = folder.join(format!("{short}.java"));
        fs::write(&file, format!("package {package};\n\npublic interface {short} {{}}\n")).at(&file)?;
        files.push(file);
    }
    Ok(files)
}

fn copy_flat(from: &Path, to: &Path, names: &dyn Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(from).at(from)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && names(&name) {
            fs::copy(entry.path(), to.join(&name)).at(&entry.path())?;
        }
    }
    Ok(())
}

/// What the foreign judges know of Kibana.
fn shared(layout: &Layout) -> PathBuf {
    layout.repository.join("tests/foreign/node")
}

/// Copied beside their packages, because Node looks for packages from where a file lies. What the foreign
/// judges know of Kibana's settings and stores is used here too.
fn kibana(layout: &Layout, folder: &Path) -> Result<()> {
    copy_flat(&layout.sources().join("kibana"), folder, &|_| true)?;
    let wanted = ["lines.mjs", "schema.mjs", "settings.mjs", "stores.mjs"];
    copy_flat(&shared(layout), folder, &|name| wanted.contains(&name))?;
    let mut npm = Command::new(program("npm")?);
    must(
        npm.current_dir(folder).args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]),
        LIMIT,
    )?;
    Ok(())
}

fn beats(layout: &Layout, folder: &Path) -> Result<()> {
    let mut go = Command::new(program("go")?);
    go.current_dir(layout.sources().join("beats")).env("CGO_ENABLED", "0");
    must(go.args(["build", "-trimpath", "-o"]).arg(folder.join("beatscheck")).arg("."), LIMIT)?;
    Ok(())
}
