package compose

import (
	"regexp"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

// blame finds the user's Compose keys that the loader rejects: the first key,
// system keys before all others, with which the file is rejected; then, without
// that key, the next. If the file is rejected without any of them, omegagen is
// at fault. Each culprit takes a logarithmic number of loads.
func blame(m *manifest.Manifest, doc *compose.File) hcl.Diagnostics {
	all := doc.Extras()
	left := map[*manifest.Passthrough]bool{}
	refused := func(n int) error { // of the first n keys
		kept := map[*manifest.Passthrough]bool{}
		for _, x := range all[:n] {
			kept[x] = !left[x]
		}
		return try(m, doc.With(func(x *manifest.Passthrough) bool { return kept[x] }))
	}
	if err := refused(0); err != nil {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "Compose rejects the file: %s. Please report this with the manifest.", err)}
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
		diags = diags.Append(ruleRefused.At(all[bad-1].Range, "%s. For supported keys and values, see the Compose Specification: https://docs.docker.com/reference/compose-file/.", complaint(err)))
	}
}

var unsupportedKey = regexp.MustCompile(`^validating [^:]*: (\S+) false schema$`)

// complaint is what the loader says; "false schema" means that its schema doesn't have the key.
func complaint(err error) string {
	if m := unsupportedKey.FindStringSubmatch(err.Error()); m != nil {
		return "Compose doesn't support the key " + m[1]
	}
	return "Compose says: " + err.Error()
}

// try loads a document as Compose does.
func try(m *manifest.Manifest, doc *compose.File) error {
	tree, err := doc.Tree(secretValue)
	if err != nil {
		return err
	}
	_, _, err = load(types.ConfigFile{Filename: kit.ComposePath, Config: clone(tree, m.Sample).(map[string]any)}, literal, m)
	return err
}
