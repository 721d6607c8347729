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
	ruleMisplacedData = diag.Warning("OG846", "Mount doesn't cover the data",
		"Data outside of a mount is lost with its container. PostgreSQL stores it in /var/lib/postgresql/data up to version 17, and in /var/lib/postgresql from version 18, which doesn't start with a mount at the old path. A mount above a directory that the image declares as a volume doesn't cover it either, because Docker mounts an anonymous volume there. The data directories of known images are compared with the mounts; directories moved by a variable or flag are followed or skipped.").Certain()
	ruleUnmountedData = diag.Advice("OG847", "Data without a volume",
		"What a container writes outside of a volume or bind mount is lost with it: it goes to the container's own layer, or to an anonymous volume that is abandoned after `docker compose down`. Disposable stacks need no volume.")
)

// dataFolders reports data directories that no mount covers.
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
			if d := r.misplacedMount(i, v, folder); d != nil {
				diags = append(diags, d)
			} else if v.Needed {
				diags = append(diags, ruleMisplacedData.At(r.s.Range, "%s exits if nothing is mounted at %s, and %s mounts nothing there. Write mount %q { volume = volume.NAME }.", r.s.Image.Tag, folder, r.s.Address, folder))
			} else if n == 0 && v.Holds == images.Data && !slices.ContainsFunc(i.Mounts, func(m *manifest.Mount) bool { return m.Generated == "" && below(m.Target, v.Path) }) {
				unkept = append(unkept, folder)
			}
		}
	}
	if len(unkept) > 0 && !r.s.Oneshot && len(diags) == 0 && r.f.Family != "" {
		diags = append(diags, ruleUnmountedData.At(r.s.Range, "%s stores its data in %s, but %s mounts nothing there: the data is lost when the container is replaced or removed. Write mount %q { volume = volume.NAME }, unless the data is disposable.",
			r.s.Image.Tag, text.List(unkept), r.s.Address, unkept[0]))
	}
	return diags
}

// folder is where a container stores what belongs in a data directory; false if
// unknown.
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

// moved reports whether a variable, a flag or a file may move the data elsewhere.
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

// holder is the mount that covers a path: the nearest one at or above it,
// unless a volume that the image declares lies in between.
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

// below reports whether a path lies inside a folder.
func below(path, folder string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/") && path != folder
}

func clean(path string) string {
	if path == "/" {
		return path
	}
	return strings.TrimRight(path, "/")
}

// misplacedMount reports a mount that was probably meant to cover a directory but
// doesn't.
func (r *running) misplacedMount(i *manifest.Instance, v images.Volume, folder string) *hcl.Diagnostic {
	others := otherFolders(r.f, v)
	for _, m := range i.Mounts {
		t := clean(m.Target)
		if m.Volume == nil && m.Bind == "" {
			continue
		}
		switch {
		case below(folder, t) && t != "/":
			return ruleMisplacedData.At(m.Range, "%s declares %s as a volume, so Docker mounts an anonymous volume there, and the data is not in the mount at %s above it: it is lost when the container is removed. Mount at %s.", r.s.Image.Tag, folder, m.Target, folder)
		case slices.Contains(others, t):
			return ruleMisplacedData.At(m.Range, "%s stores its data in %s; %s is the path of other versions or variants. The data is outside of this mount and is lost with the container, or the image refuses to start. Mount at %s; upgrade or dump data of an older version first.", r.s.Image.Tag, folder, m.Target, folder)
		case text.Slip(t, []string{folder}) != "":
			return ruleMisplacedData.At(m.Range, "%s stores its data in %s, where nothing is mounted, but there is a mount at %s. Did you mean %q?", r.s.Image.Tag, folder, m.Target, folder)
		}
	}
	return nil
}

// otherFolders are the directories where other versions or variants of an image
// store the same data.
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
