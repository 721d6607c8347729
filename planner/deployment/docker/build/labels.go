package build

import (
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// oci are the keys of the image specification with short names: `vendor` is
// org.opencontainers.image.vendor.
var oci = map[string]bool{
	"authors": true, "created": true, "description": true, "documentation": true, "licenses": true, "revision": true,
	"source": true, "title": true, "url": true, "vendor": true, "version": true,
}

// ProjectLabel is on every image of a kit; its value is the name of the Compose
// project. deploy.sh uses it to find builds that newer ones have replaced.
const ProjectLabel = "omegagen.project"

// Labels are the labels of an image, sorted: its own, and the system's, which
// are the same for every image.
func Labels(m *manifest.Manifest, i *manifest.Image) []manifest.KeyValue {
	const prefix = "org.opencontainers.image."
	byKey := map[string]manifest.KeyValue{}
	put := func(key, value string, at hcl.Range) {
		if oci[key] {
			key = prefix + key
		}
		if value != "" {
			byKey[key] = manifest.KeyValue{Key: key, Value: value, Range: at}
		}
	}
	put("title", i.Name, i.Range)
	system := func(name, value string) { put(name, value, m.System.At.Of(name, m.System.Range)) }
	system("description", m.System.Description)
	system("version", m.System.Version)
	system("source", m.System.Source)
	put(ProjectLabel, m.System.Project(), m.System.Range)
	for _, l := range i.Labels {
		put(l.Key, l.Value, l.Range)
	}
	out := make([]manifest.KeyValue, 0, len(byKey))
	for _, l := range byKey {
		out = append(out, l)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Key < out[b].Key })
	return out
}
