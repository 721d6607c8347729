package docker

import (
	"path"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// fileKeys are the keys of a Compose service with files that Compose reads, and in
// which it replaces variables.
var fileKeys = []string{"env_file", "extends", "label_file"}

// environmentFiles are the files outside the kit from which Compose makes a
// service's containers.
func environmentFiles(s *manifest.Service) []deployment.Observed {
	var out []deployment.Observed
	add := func(v any) {
		for _, file := range filesOf(v) {
			out = append(out, deployment.Observed{Kind: deployment.ObservedEnvFile, Name: path.Clean(file)})
		}
	}
	var last map[string]any
	if s.ComposeNew != nil {
		last, _ = s.ComposeNew.Value.(map[string]any)
	}
	for _, key := range fileKeys {
		if x := s.Compose[key]; x != nil {
			add(x.Value)
		}
		for _, i := range s.Instances {
			if x := i.Compose[key]; x != nil {
				add(x.Value)
			}
		}
		add(last[key])
	}
	return out
}

// filesOf are the files that a value of such a key names: a path, a list of paths
// and of maps with a path, or a map with a file.
func filesOf(v any) []string {
	switch v := v.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, filesOf(x)...)
		}
		return out
	case map[string]any:
		return append(filesOf(v["path"]), filesOf(v["file"])...)
	}
	return nil
}
