//! Reads what a 64-bit ELF file says of how it is loaded: gabi41, chapters 4 and 5. Must not know of stackseal.

const SHARED_OBJECT: u16 = 3;
const X86_64: u16 = 62;
const DYNAMIC: u32 = 2;
const INTERPRETER: u32 = 3;
const GNU_STACK: u32 = 0x6474_e551;
const EXECUTABLE: u32 = 1;
const NEEDED: u64 = 1;
const FLAGS_1: u64 = 0x6fff_fffb;
const PIE: u64 = 0x0800_0000;

pub struct Elf {
    kind: u16,
    machine: u16,
    interpreter: bool,
    executable_stack: bool,
    /// Tag and value of each entry of the dynamic section.
    dynamic: Vec<(u64, u64)>,
}

impl Elf {
    pub fn read(bytes: &[u8]) -> Option<Self> {
        // 64 bits, least byte first.
        if !bytes.starts_with(b"\x7fELF\x02\x01") {
            return None;
        }
        let (from, size, count) = (u64_at(bytes, 32)?, u16_at(bytes, 54)?, u16_at(bytes, 56)?);
        let mut elf = Self {
            kind: u16_at(bytes, 16)?,
            machine: u16_at(bytes, 18)?,
            interpreter: false,
            executable_stack: true,
            dynamic: Vec::new(),
        };
        for index in 0..u64::from(count) {
            let header = bytes.get(usize::try_from(from + index * u64::from(size)).ok()?..)?;
            match u32_at(header, 0)? {
                INTERPRETER => elf.interpreter = true,
                GNU_STACK => elf.executable_stack = u32_at(header, 4)? & EXECUTABLE != 0,
                DYNAMIC => {
                    let start = usize::try_from(u64_at(header, 8)?).ok()?;
                    let length = usize::try_from(u64_at(header, 32)?).ok()?;
                    let entries = bytes.get(start..start.checked_add(length)?)?.chunks_exact(16);
                    elf.dynamic = entries
                        .map(|entry| Some((u64_at(entry, 0)?, u64_at(entry, 8)?)))
                        .collect::<Option<_>>()?;
                }
                _ => {}
            }
        }
        Some(elf)
    }

    /// Why it is not a static-pie for x86-64; nothing where it is.
    pub fn faults(&self) -> Vec<&'static str> {
        let has = |wanted: u64| self.dynamic.iter().find(|(tag, _)| *tag == wanted).map(|(_, value)| *value);
        [
            (self.machine != X86_64, "not for x86-64"),
            (self.kind != SHARED_OBJECT, "at a fixed address"),
            (
                has(FLAGS_1).is_none_or(|flags| flags & PIE == 0),
                "not marked as a program that may lie anywhere",
            ),
            (self.interpreter, "wants a dynamic loader"),
            (has(NEEDED).is_some(), "wants shared libraries"),
            (self.executable_stack, "its stack is executable"),
        ]
        .into_iter()
        .filter_map(|(wrong, why)| wrong.then_some(why))
        .collect()
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test programs are dynamic position-independent executables, and so not static.
    #[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
    #[test]
    fn a_dynamic_program_is_told_apart() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let faults = Elf::read(&own).unwrap().faults();
        assert_eq!(faults, ["wants a dynamic loader", "wants shared libraries"]);
    }

    #[test]
    fn what_is_cut_or_no_elf_is_not_read() {
        assert!(Elf::read(b"#!/bin/sh\n").is_none());
        assert!(Elf::read(b"\x7fELF\x02\x01\x01").is_none());
        let mut empty = vec![0; 64];
        empty[..6].copy_from_slice(b"\x7fELF\x02\x01");
        assert_eq!(Elf::read(&empty).unwrap().faults().len(), 4);
    }
}
