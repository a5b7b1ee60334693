mod approvals;
mod flaws;
mod recognise;
mod shipped;
