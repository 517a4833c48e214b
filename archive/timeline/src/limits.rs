//! What bounds memory. A frame beyond one of these is kept as it came; a container beyond one is refused.

/// Most bytes of a picture's samples (or of a JPEG's coefficients, two bytes each): 5120×2880 RGB, or 3840×2160 coefficients in
/// 4:4:4.
pub const MAX_SAMPLE_BYTES: usize = 48 << 20;
/// A group is closed before a frame that could take its new content beyond this.
pub const GROUP_CONTENT_BYTES: usize = 40 << 20;
/// Most frames in a group.
pub const GROUP_FRAMES: usize = 1024;
/// Most bytes of a side record: what a file has beside its samples.
pub const MAX_SIDE_BYTES: usize = 4 << 20;
/// A group is closed when its maps or its side records reach this.
pub(crate) const GROUP_META_BYTES: usize = 8 << 20;
/// Most bytes of any of a group's streams but the content, decompressed.
pub(crate) const MAX_META_BYTES: usize = 32 << 20;
/// Most bytes of a file that is compressed as a whole.
pub const MAX_WHOLE_BYTES: usize = 48 << 20;
/// Most planes a frame has: an interlaced PNG's seven passes.
pub(crate) const MAX_PLANES: usize = 7;
/// Most rows of all planes of a group together.
pub(crate) const GROUP_ROWS: usize = 1 << 20;
/// Most runs in the maps of a group, of rows that frames don't share.
pub(crate) const GROUP_RUNS: usize = 2 << 20;
/// A group is closed when its maps have so many.
pub(crate) const FULL_RUNS: usize = 1 << 20;
/// Most units in a row, and rows in a plane.
pub(crate) const MAX_SIDE: u32 = 1 << 17;
