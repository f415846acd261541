"""Reading and verifying the journal: what happened, in sentences, for whoever oversees; never what was exchanged."""
