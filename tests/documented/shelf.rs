//! A directory that goes with the test.

use std::fs;
use std::path::PathBuf;

/// An empty one.
pub struct Shelf(pub PathBuf);

impl Shelf {
    pub fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("nightdesk-documented-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
