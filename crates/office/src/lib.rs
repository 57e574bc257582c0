//! Where what people decide is done. `cases` says what a command brings about and knows no database; `store` keeps and
//! knows no rule of the trade. Here they meet, always in the same way:
//!
//! ```text
//! perform(who, key, f) ─ one transaction ─► f(act)
//!                                            │ act.get       a state, by kind and id
//!                                            │ cases::decide what the command brings about, or why not
//!                                            │ act.put       the new state, and what it is found by
//!                                            │ act.happened  the events, for the audit trail
//!                                            ▼
//!                                           the answer, kept under the caller's key
//! ```
//!
//! | module | what is done there |
//! |---|---|
//! | [`act`] | the frame above |
//! | [`record`] | which states are kept, whose they are, what they are found by |
//! | [`private`] | which texts of an event are sealed |
//! | [`refusal`] | why not, in one form for all |
//! | [`intake`] | decisions of screening become items of the queue, samples are drawn, strata counted |
//! | [`items`] | the next item, and all that is done with one |
//! | [`groups`] | one decision for many, and its undoing |
//! | [`settings`] | routing, sampling and ageing, from files |
//! | [`rulebook`] | ladder, law and calendar that actions stand on |
//! | [`enforcement`] | actions imposed and undone, what holds, the kill switch |
//! | [`statements`] | what sellers are told, made with the action |
//! | [`approvals`] | a second person agrees to what they saw |
//! | [`appeals`] | sellers answer and appeal, another person decides, labels are kept |
//! | [`fuses`] | rules that block wrongly too often ask for reviews |
//! | [`bulk`] | to judge and to act in one change, and to take back both |
//! | [`documents`] | files that people sent, kept as they came |
//! | [`casework`] | cases, and the links between them |
//! | [`estimates`] | how many fakes, missed ones and false blocks there are |
//! | [`publication`] | statements for the EU's database |
//! | [`vault`] | proof that was accepted |
//! | [`reviewers`] | what reviewers know, and how often they were right |

pub mod act;
pub mod appeals;
pub mod approvals;
pub mod bulk;
pub mod casework;
pub mod documents;
pub mod enforcement;
pub mod estimates;
pub mod fuses;
pub mod groups;
pub mod intake;
pub mod items;
pub mod private;
pub mod publication;
pub mod record;
pub mod refusal;
pub mod reviewers;
pub mod rulebook;
pub mod settings;
pub mod statements;
pub mod vault;

pub use act::{Act, By, Key, No, Performed, perform};
pub use record::Record;
pub use refusal::{Kind, Refusal};
