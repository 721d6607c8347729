// Package monitoring decodes the blocks of its part of the language.
package monitoring

import "github.com/omegagen/omegagen/hcl/internal/lang"

// Package lists the blocks.
func Package() lang.Package { return lang.Package{} }
