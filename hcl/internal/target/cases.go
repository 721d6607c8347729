package target

import (
	"embed"

	"github.com/omegagen/omegagen/hcl/diag"
)

//go:embed cases
var cases embed.FS

func init() { diag.AddCases(cases) }
