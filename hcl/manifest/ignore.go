package manifest

import (
	"cmp"

	"github.com/hashicorp/hcl/v2"
)

// Ignore silences a rule in a block.
type Ignore struct {
	Range  hcl.Range // of the ignore block's header
	Code   string    // the rule's code, as written
	Label  hcl.Range // of the code
	Reason string
	Holder string    // headers of the blocks that contain it: service "web" › port "http"
	Scope  hcl.Range // of the block that contains it
	// Everywhere says that the rule is silenced in the whole manifest.
	Everywhere bool
	// Absent says that the block has no instances, so nothing of it is checked.
	Absent bool
}

// Less orders by block, code and reason.
func (i *Ignore) Less(j *Ignore) bool {
	return cmp.Or(cmp.Compare(i.Holder, j.Holder), cmp.Compare(i.Code, j.Code), cmp.Compare(i.Reason, j.Reason)) < 0
}
