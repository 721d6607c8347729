// Package loader reads a folder of *.hcl files into the one resolved model.
package loader

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/omegagen/omegagen/hcl/internal/checks"
	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/database"
	"github.com/omegagen/omegagen/hcl/internal/image"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/monitoring"
	"github.com/omegagen/omegagen/hcl/internal/planning"
	"github.com/omegagen/omegagen/hcl/internal/service"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Input is what a manifest is read from.
type Input = lang.Input

// VarValue is one --var NAME=VALUE.
type VarValue = lang.VarValue

// VarFile is one --var-file.
type VarFile = lang.VarFile

// packages are the parts of the language. Their order never shows.
func packages() []lang.Package {
	return []lang.Package{
		core.Package(), image.Package(), service.Package(), database.Package(),
		monitoring.Package(), planning.Package(), checks.Package(),
	}
}

// Specs describes every block of the language, by type.
func Specs() []*lang.BlockSpec { return lang.Specs(packages()) }

// Load reads a manifest. The result depends only on what the files say: not on
// their names, their order, or the order of blocks. With errors in the
// diagnostics the model is as complete as they allow, and fit only for
// further checks.
func Load(in Input) (*manifest.Manifest, hcl.Diagnostics) {
	m, diags := lang.Run(in, packages())
	return m, diags
}
