//! Published containers: what they hold comes back for ever, whatever is written today.

use std::path::PathBuf;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use obhut_timeline::Unpacker;

use crate::support::{self, Kind, PLAIN, RGB, Writing};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/timeline")
}

/// A vector is a container, and a line for each frame with its method and the BLAKE3 of its file. Missing ones are made from
/// `files` when they are blessed.
fn check(name: &str, files: impl FnOnce() -> Vec<Vec<u8>>) {
    let (path, lines) = (
        folder().join(format!("{name}.otl")),
        folder().join(format!("{name}.txt")),
    );
    if !path.exists() && std::env::var_os("OBHUT_BLESS").is_some() {
        let files = files();
        let packed = support::pack(&files);
        let frames = packed.methods.iter().zip(&files);
        let lines_of: Vec<String> = frames
            .map(|(method, file)| format!("{} {}", method.name(), blake3::hash(file)))
            .collect();
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(&path, packed.container).unwrap();
        std::fs::write(&lines, lines_of.join("\n") + "\n").unwrap();
    }
    let container = std::fs::read(&path).unwrap();
    let lines = std::fs::read_to_string(&lines).unwrap();
    let mut unpacker = Unpacker::whole(&container).unwrap();
    assert_eq!(unpacker.head().len(), lines.lines().count());
    for (index, line) in lines.lines().enumerate() {
        let method = unpacker.head().method(index).unwrap();
        let file = unpacker.file(index).unwrap();
        assert_eq!(
            format!("{} {}", method.name(), blake3::hash(&file)),
            line,
            "{name}, frame {index}"
        );
    }
}

#[test]
fn the_published_png_container_comes_back() {
    check("v2-png", || {
        let mut files = support::run(RGB, (160, 120), 3, PLAIN);
        files.push(files[0].clone());
        for kind in Kind::all() {
            let writing = Writing {
                level: 6,
                idat: 200,
                filters: 2,
                extras: true,
            };
            files.extend(support::run(kind, (61, 43), 2, writing));
        }
        files
    });
}

#[test]
fn the_published_picture_comes_back() {
    check("v2-picture", || support::run(RGB, (320, 200), 2, PLAIN));
}

#[test]
fn the_published_jpeg_container_comes_back() {
    check("v2-jpeg", || {
        let writings = [(SamplingFactor::F_2_2, 0), (SamplingFactor::F_1_1, 3)];
        let frame = |step: u32, (sampling, restart): (SamplingFactor, u16)| {
            let mut file = Vec::new();
            let mut encoder = Encoder::new(&mut file, 80);
            encoder.set_sampling_factor(sampling);
            if restart > 0 {
                encoder.set_restart_interval(restart);
            }
            encoder
                .encode(
                    &support::screen(RGB, 200, 120, step).concat(),
                    200,
                    120,
                    ColorType::Rgb,
                )
                .unwrap();
            file
        };
        (0..6)
            .map(|step| frame(step, writings[step as usize / 3]))
            .collect()
    });
}

#[test]
fn the_published_lepton_container_comes_back() {
    check("v2-lepton", || {
        vec![include_bytes!("../data/progressive.jpg").to_vec()]
    });
}

#[test]
fn the_published_container_of_other_files_comes_back() {
    check("v2-files", || {
        vec![
            b"a text, again and again. ".repeat(20),
            b"GIF89a".to_vec(),
            Vec::new(),
            b"GIF89a".to_vec(),
        ]
    });
}

#[test]
fn the_published_container_of_the_first_version_comes_back() {
    check("v1", Vec::new);
}
