//! Takes pictures and casts of the program: plays a script in a pseudo terminal, draws or records the
//! screen, and writes or compares the result. The same program gives the same bytes on every machine.

mod boxes;
mod cast;
mod palette;
#[path = "../../../tests/support/pty.rs"]
mod pty;
mod script;
mod svg;

use cast::Cast;
use palette::Theme;
use pty::Pty;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Tree};
use script::{Script, Step};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Pixels for each unit of the drawing.
const SCALE: f32 = 2.0;
const PATIENCE: Duration = Duration::from_secs(30);
/// Output that pauses for so long is a finished frame.
const PAUSE: Duration = Duration::from_millis(250);
/// The end of a synchronized update, which every frame is.
const FRAME_END: &[u8] = b"\x1b[?2026l";

const FONTS: [&[u8]; 2] =
    [include_bytes!("../../fonts/DejaVuSansMono.ttf"), include_bytes!("../../fonts/DejaVuSansMono-Bold.ttf")];

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
    #[error("{0}, {1}")]
    Script(PathBuf, #[source] script::Error),
    #[error("{0}, line {1}: {2}")]
    Step(PathBuf, usize, #[source] io::Error),
    #[error("{0}: {1}")]
    Render(String, String),
    #[error("{0}")]
    Usage(String),
}

/// Runs `cargo xtask shots` with the arguments that follow.
pub fn run(args: impl Iterator<Item = String>) -> ExitCode {
    match Job::parse(args).and_then(|job| job.run()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask shots: {error}");
            ExitCode::from(2)
        }
    }
}

struct Job {
    check: bool,
    svg: bool,
    program: PathBuf,
    scripts: PathBuf,
    out: PathBuf,
    names: Vec<String>,
}

struct Picture {
    name: String,
    svg: String,
}

/// What one script gives.
struct Roll {
    pictures: Vec<Picture>,
    cast: Option<Cast>,
}

impl Job {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, Error> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| root.join("target"), PathBuf::from);
        let mut job = Self {
            check: false,
            svg: false,
            program: target.join("release/stackseal"),
            scripts: root.join("xtask/shots"),
            out: root.join("screenshots"),
            names: Vec::new(),
        };
        while let Some(arg) = args.next() {
            let mut path = || {
                let value = args.next().map(PathBuf::from);
                value.ok_or_else(|| Error::Usage(format!("{arg} needs a path")))
            };
            match arg.as_str() {
                "--check" => job.check = true,
                "--svg" => job.svg = true,
                "--bin" => job.program = path()?,
                "--scripts" => job.scripts = path()?,
                "--out" => job.out = path()?,
                _ if arg.starts_with('-') => {
                    return Err(Error::Usage(format!("unknown option {arg}")));
                }
                _ => job.names.push(arg),
            }
        }
        // The program starts in another folder.
        let program = fs::canonicalize(&job.program);
        job.program = program.map_err(|error| Error::File(job.program.clone(), error))?;
        Ok(job)
    }

    /// Says whether all was written, or is as it should be.
    fn run(&self) -> Result<bool, Error> {
        let scripts = self.script_files()?;
        if scripts.is_empty() {
            let place = self.scripts.display();
            return Err(Error::Usage(format!("no such script in {place}")));
        }
        let camera = Camera::new();
        let mut good = true;
        for file in scripts {
            let roll = self.play(&file)?;
            for picture in &roll.pictures {
                good &= self.deliver(&picture.name, &camera.develop(picture)?)?;
                if self.svg && !self.check {
                    self.deliver(&picture.name.replace(".png", ".svg"), picture.svg.as_bytes())?;
                }
            }
            if let Some(cast) = roll.cast {
                good &= self.deliver(&cast.name.clone(), cast.end().as_bytes())?;
            }
        }
        Ok(good)
    }

    fn script_files(&self) -> Result<Vec<PathBuf>, Error> {
        let failed = |error| Error::File(self.scripts.clone(), error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.scripts).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let wanted = self.names.is_empty() || self.names.contains(&stem(&path));
            if wanted && path.extension().is_some_and(|end| end == "shot") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn play(&self, file: &Path) -> Result<Roll, Error> {
        let text = fs::read_to_string(file).map_err(|error| Error::File(file.into(), error))?;
        let script = Script::parse(&text).map_err(|error| Error::Script(file.into(), error))?;
        // Always at the same place, because the program may show where it is.
        let home = std::env::temp_dir().join(format!("shots-{}", stem(file)));
        let prepared = prepare(&home, &script).and_then(|()| self.start(&home, &script));
        let mut pty = prepared.map_err(|error| Error::File(home.clone(), error))?;
        let title = script.title.clone().unwrap_or_else(|| stem(&self.program));
        let mut theme = Theme::Dark;
        let mut pictures = Vec::new();
        let mut cast = script.cast.map(|name| Cast::begin(&name, &title, script.size));
        for (line, step) in script.steps {
            let done = match step {
                Step::Theme(next) => {
                    theme = next;
                    Ok(())
                }
                Step::Shot(name) => pty.wait_quiet(PAUSE, PATIENCE).map(|()| {
                    let svg = svg::draw(&pty.look(), &title, theme.palette());
                    pictures.push(Picture { name, svg });
                }),
                Step::Rest(time) => pty.wait_quiet(PAUSE, PATIENCE).map(|()| {
                    if let Some(cast) = &mut cast {
                        cast.rest(&pty.look(), time);
                    }
                }),
                Step::Type(keys) => keys.iter().try_for_each(|key| {
                    press(&mut pty, key)?;
                    if let Some(cast) = &mut cast {
                        cast.key(&pty.look());
                    }
                    Ok(())
                }),
                step => act(&mut pty, &step),
            };
            done.map_err(|error| Error::Step(file.into(), line, error))?;
        }
        drop(pty);
        fs::remove_dir_all(&home).map_err(|error| Error::File(home, error))?;
        Ok(Roll { pictures, cast })
    }

    fn start(&self, home: &Path, script: &Script) -> io::Result<Pty> {
        let args: Vec<&str> = script.args.iter().map(String::as_str).collect();
        let pairs = script.env.iter();
        let env: Vec<(&str, &str)> = pairs.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let (columns, rows) = script.size;
        Pty::spawn_at(home, &self.program, &args, &env, columns, rows)
    }

    /// Writes a file, or says whether it is there as it should be.
    fn deliver(&self, name: &str, bytes: &[u8]) -> Result<bool, Error> {
        let path = self.out.join(name);
        let failed = |error| Error::File(path.clone(), error);
        if self.check {
            let same = fs::read(&path).map_err(failed)? == bytes;
            println!("{} {name}", if same { "same     " } else { "DIFFERENT" });
            return Ok(same);
        }
        fs::create_dir_all(&self.out).map_err(failed)?;
        fs::write(&path, bytes).map_err(failed)?;
        println!("wrote {} ({} KiB)", path.display(), bytes.len() / 1024);
        Ok(true)
    }
}

fn prepare(home: &Path, script: &Script) -> io::Result<()> {
    match fs::remove_dir_all(home) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir(home)?,
    }
    for (name, text) in &script.files {
        let path = home.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

fn act(pty: &mut Pty, step: &Step) -> io::Result<()> {
    match step {
        Step::Wait(text) => pty.wait_for(text, PATIENCE),
        Step::Gone(text) => pty.wait_for_screen(&format!("the end of {text:?}"), PATIENCE, |screen| {
            !screen.contents().contains(text.as_str())
        }),
        Step::Keys(bytes) => {
            pty.send(bytes)?;
            // An Esc must not meet the keys of the next step.
            pty.wait_quiet(PAUSE / 4, PATIENCE)
        }
        // A terminal sends returns for the line ends of what is pasted.
        Step::Paste(text) => {
            let text = text.replace('\n', "\r");
            pty.send(format!("\x1b[200~{text}\x1b[201~"))
        }
        Step::Resize(columns, rows) => pty.resize(*columns, *rows),
        Step::Theme(_) | Step::Shot(_) | Step::Rest(_) | Step::Type(_) => Ok(()),
    }
}

/// One key, until the frame that answers it stands.
fn press(pty: &mut Pty, key: &[u8]) -> io::Result<()> {
    let before = pty.raw_bytes().len();
    pty.send(key)?;
    pty.wait_for_bytes(FRAME_END, before, PATIENCE)?;
    pty.wait_quiet(PAUSE / 4, PATIENCE)
}

/// Makes pictures of drawings, with the fonts that come with us and no others.
struct Camera(usvg::Options<'static>);

impl Camera {
    fn new() -> Self {
        let mut options = usvg::Options { font_family: svg::FONT.into(), ..usvg::Options::default() };
        for font in FONTS {
            options.fontdb_mut().load_font_data(font.to_vec());
        }
        Self(options)
    }

    fn develop(&self, picture: &Picture) -> Result<Vec<u8>, Error> {
        let failed = |what: String| Error::Render(picture.name.clone(), what);
        let tree = Tree::from_str(&picture.svg, &self.0).map_err(|e| failed(e.to_string()))?;
        let size = tree.size().to_int_size();
        let size = size.scale_by(SCALE).ok_or_else(|| failed("too large".into()))?;
        let mut pixels =
            Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("too large".into()))?;
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        pixels.encode_png().map_err(|e| failed(e.to_string()))
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
