package rules

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleMisplacedData = diag.Warning("OG846", "Mount beside the data",
		"Data that lies outside of a mount is lost with its container. PostgreSQL keeps it in /var/lib/postgresql/data up to version 17, and in /var/lib/postgresql from 18 on, where a mount at the old place stops the image; a mount above a folder that the image declares as a volume doesn't hold it either, since Docker puts an anonymous volume there. The folders of the known images are compared with the mounts; what a variable or a flag moves is followed or left alone.")
	ruleUnkeptData = diag.Advice("OG847", "Data without a volume",
		"What a container writes outside of a volume or a bind mount goes with it: into its own layer, or into an anonymous volume that nobody finds again after `docker compose down`. A stack that may be thrown away needs no volume.")
)

// dataFolders looks for data that lies beside the mounts.
func (r *running) dataFolders() hcl.Diagnostics {
	if r.anyKey("volumes", "volumes_from", "extends", "tmpfs") {
		return nil
	}
	var diags hcl.Diagnostics
	var unkept []string
	for n, i := range r.s.Instances {
		for _, v := range r.f.Volumes {
			folder, known := r.folder(i, v)
			if !known || holder(r.f, i, folder) != nil {
				continue
			}
			if d := r.beside(i, v, folder); d != nil {
				diags = append(diags, d)
			} else if v.Needed {
				diags = append(diags, ruleMisplacedData.At(r.s.Range, "%s exits where nothing is mounted at %s, and %s mounts nothing there. Write mount %q { volume = volume.NAME }.", r.s.Image.Tag, folder, r.s.Address, folder))
			} else if n == 0 && v.Holds == images.Data && !slices.ContainsFunc(i.Mounts, func(m *manifest.Mount) bool { return below(m.Target, v.Path) }) {
				unkept = append(unkept, folder)
			}
		}
	}
	if len(unkept) > 0 && !r.s.Oneshot && len(diags) == 0 && r.f.Family != "" {
		diags = append(diags, ruleUnkeptData.At(r.s.Range, "%s keeps its data in %s, and %s mounts nothing there: the data is lost when the container is replaced or taken down. Write mount %q { volume = volume.NAME }, unless it may be lost.",
			r.s.Image.Tag, text.List(unkept), r.s.Address, unkept[0]))
	}
	return diags
}

// folder is where a container keeps what belongs into a data folder; false
// where that can't be told.
func (r *running) folder(i *manifest.Instance, v images.Volume) (string, bool) {
	if strings.ContainsAny(v.Path, "<*$") || v.Holds == "" && (!v.Declared || len(r.f.Derived) == 0) {
		return "", false
	}
	if r.moved(i, v) {
		return "", false
	}
	if v.Env == "" {
		return v.Path, true
	}
	value, plain, is := r.set(i, v.Env)
	switch {
	case r.hidden || is && (!plain || !strings.HasPrefix(value, "/")):
		return "", false
	case is:
		return clean(value), true
	}
	return v.Path, true
}

// moved says whether a variable, a flag or a file may keep the data elsewhere.
func (r *running) moved(i *manifest.Instance, v images.Volume) bool {
	if len(v.MovedBy) > 0 && r.hidden {
		return true
	}
	for _, by := range v.MovedBy {
		switch by[0] {
		case '-':
			if i.Command.SetsFlag(by) {
				return true
			}
		case '/':
			if i.MountsUnder([]string{by}) {
				return true
			}
		default:
			if r.setsLike(i, []string{by}) {
				return true
			}
		}
	}
	return false
}

// holder is the mount that holds a path: the nearest one at or above it, unless
// a volume that the image declares lies in between.
func holder(f *images.Facts, i *manifest.Instance, path string) *manifest.Mount {
	m := mountAbove(i, path)
	if m == nil {
		return nil
	}
	for _, v := range f.Volumes {
		if v.Declared && below(v.Path, m.Target) && (v.Path == path || below(path, v.Path)) {
			return nil
		}
	}
	return m
}

// mountAbove is the nearest mount at or above a path.
func mountAbove(i *manifest.Instance, path string) (found *manifest.Mount) {
	for _, m := range i.Mounts {
		t := clean(m.Target)
		if (t == path || below(path, t)) && (found == nil || len(t) > len(clean(found.Target))) {
			found = m
		}
	}
	return found
}

// below says whether a path lies inside a folder.
func below(path, folder string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/") && path != folder
}

func clean(path string) string {
	if path == "/" {
		return path
	}
	return strings.TrimRight(path, "/")
}

// beside finds the mount that was meant to hold a folder, and doesn't.
func (r *running) beside(i *manifest.Instance, v images.Volume, folder string) *hcl.Diagnostic {
	others := otherFolders(r.f, v)
	for _, m := range i.Mounts {
		t := clean(m.Target)
		if m.Volume == nil && m.Bind == "" {
			continue
		}
		switch {
		case below(folder, t) && t != "/":
			return ruleMisplacedData.At(m.Range, "%s declares %s as a volume, so that Docker puts an anonymous one there, and the data lies outside of the mount at %s above it: it is lost when the container is taken down. Mount at %s.", r.s.Image.Tag, folder, m.Target, folder)
		case slices.Contains(others, t):
			return ruleMisplacedData.At(m.Range, "%s keeps its data in %s; %s is the place of other versions or variants. The data lies outside of this mount and is lost with the container, or the image refuses to start. Mount at %s; what an older version left there has to be upgraded or dumped first.", r.s.Image.Tag, folder, m.Target, folder)
		case text.Slip(t, []string{folder}) != "":
			return ruleMisplacedData.At(m.Range, "%s keeps its data in %s, and nothing is mounted there, but at %s. Did you mean %q?", r.s.Image.Tag, folder, m.Target, folder)
		}
	}
	return nil
}

// otherFolders are those where other versions or variants of an image keep
// what this one keeps in a folder.
func otherFolders(f *images.Facts, v images.Volume) (out []string) {
	for _, fam := range images.Families() {
		if fam.Name != f.Family || v.Holds == "" {
			continue
		}
		for _, version := range fam.Versions() {
			for _, o := range version.Volumes {
				if o.Holds == v.Holds && o.Path != v.Path && !slices.ContainsFunc(f.Volumes, func(own images.Volume) bool { return own.Path == o.Path }) {
					out = append(out, o.Path)
				}
			}
		}
	}
	return out
}
