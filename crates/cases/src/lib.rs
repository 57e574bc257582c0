//! What people decide: who looks at what, what they found, what follows, and how it is undone.
//!
//! ```text
//!  decision, sample ─► queue ─► lock ─► review ─► case ─► enforcement ─► statement ─► appeal
//!                      routing          group             ladder          clocks       vault
//!                                       fuse, estimate    approval
//! ```
//!
//! Every part is a state that events made, and two functions over it:
//!
//! * `decide(&state, command, now) -> Result<Vec<Event>, Refusal>` says what a command would bring about, or why not.
//! * `apply(state, &event)` is what an event changes. It cannot fail, and asks nothing.
//!
//! A store keeps the events, or the state, or both; a history read again gives the same state. There is no clock here and
//! no chance: moments, ids, seeds and keys are arguments. There is no HTTP and no SQL.
//!
//! | module | what it is |
//! |---|---|
//! | [`id`], [`moment`], [`money`], [`share`], [`proportion`], [`facts`] | the words all others use |
//! | [`queue`] | what waits to be looked at, and what comes first |
//! | [`lock`] | who has it in hand; a late one is told apart by its token |
//! | [`routing`] | which queue it waits in, from a file people edit |
//! | [`review`] | what a reviewer saw and said; second and third opinions; known answers mixed in |
//! | [`sample`] | what is drawn by chance so that errors can be counted, and how likely it was drawn |
//! | [`estimate`] | how many fakes there are, are missed, and are false alarms; with intervals |
//! | [`group`] | one decision for many that look the same, after a preview of exactly those |
//! | [`case`] | a listing, a seller or a group: what happened, what was seen, who has it |
//! | [`fuse`] | a rule that blocks wrongly too often drops to review by itself |
//! | `enforcement` | actions with scope, start and end; what holds is computed from all that are active |
//! | `presets` | what holds in the EU, in China, in the United States, each from its day on |
//! | `ladder` | points, and what follows from them |
//! | `approval` | what needs a second pair of eyes |
//! | `statement` | what the seller is told |
//! | `dsa` | the same for the database of the European Commission, checked before it leaves |
//! | `appeal` | heard by somebody else |
//! | `vault` | proof that was accepted stays accepted |
//! | `clocks` | what is due when, by whose calendar, and what happens when it is missed |

pub mod appeal;
pub mod approval;
pub mod case;
pub mod clocks;
pub mod dsa;
pub mod enforcement;
pub mod estimate;
pub mod facts;
mod file;
pub mod fuse;
pub mod group;
pub mod id;
pub mod ladder;
pub mod lock;
pub mod moment;
pub mod money;
pub mod presets;
pub mod proportion;
pub mod queue;
pub mod review;
pub mod routing;
pub mod sample;
pub mod share;
pub mod statement;
pub mod vault;

pub use file::Loaded;
