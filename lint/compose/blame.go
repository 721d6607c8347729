package compose

import (
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

// blame finds what in the manifest the loader refuses: the first of the user's
// own Compose keys, those of the system before all, with which the file is
// refused; then, without it, the next. When the file is refused without any
// of them, omegagen is to blame. A culprit takes a logarithmic number of loads.
func blame(m *manifest.Manifest, doc *compose.File) hcl.Diagnostics {
	all := doc.Extras()
	left := map[*manifest.Extra]bool{}
	refused := func(n int) error { // of the first n keys
		kept := map[*manifest.Extra]bool{}
		for _, x := range all[:n] {
			kept[x] = !left[x]
		}
		return try(m, doc.With(func(x *manifest.Extra) bool { return kept[x] }))
	}
	if err := refused(0); err != nil {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "Compose refuses the file: %s. Please report this, with the manifest.", err)}
	}
	var diags hcl.Diagnostics
	good := 0
	for {
		err := refused(len(all))
		if err == nil {
			return diags
		}
		bad := len(all)
		for bad-good > 1 {
			half := (good + bad) / 2
			if e := refused(half); e != nil {
				bad, err = half, e
			} else {
				good = half
			}
		}
		left[all[bad-1]] = true
		diags = diags.Append(ruleRefused.At(all[bad-1].Range,
			"Compose says: %s. The Compose Specification has the keys and values that it knows: https://docs.docker.com/reference/compose-file/.", err))
	}
}

// try loads a document as Compose does.
func try(m *manifest.Manifest, doc *compose.File) error {
	tree, err := doc.Tree(secretValue)
	if err != nil {
		return err
	}
	_, _, err = load(types.ConfigFile{Filename: kit.ComposePath, Config: clone(tree).(map[string]any)}, literal, m)
	return err
}
