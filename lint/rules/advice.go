package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleUnknownImage = diag.Advice("OG842", "Image of which nothing is known",
		"What a service gets by default follows from what is known of its image. Where nothing is, it runs as Compose alone would run it: with Docker's capabilities, with new privileges, without a limit of processes. runtime { … } in the image states the facts, or names a known image that it is like; harden { … } in the service states the protection itself.")
	ruleNoRestart = diag.Advice("OG843", "Service that isn't started again",
		"Without a restart policy Docker leaves a container that ended as it is, and starts none after the machine does. system { defaults { restart = \"unless-stopped\" } } says it for all services; restart in a service wins over it.")
)

// unknownImages advises on images whose services get no protection.
func unknownImages(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[*manifest.Image]bool{}
	for _, s := range m.Services {
		h := s.Hardening
		if s.Image == nil || seen[s.Image] || h.Knowledge != manifest.Unknown || h.DropCaps || h.NoNewPrivileges || h.ReadOnly || h.User != "" || replaces(s) {
			continue
		}
		seen[s.Image] = true
		at := s.Image.At.Of("pull", s.Image.At.Of("tag", s.Image.Range))
		diags = append(diags, ruleUnknownImage.At(at, "%s %s runs as Compose alone would run it. %s", why(s.Image), s.Address, remedy(s)))
	}
	return diags
}

// replaces says whether a service runs another program than its image's, of
// which nothing can be known.
func replaces(s *manifest.Service) bool {
	f := s.Running()
	return f != nil && f != s.Image.Facts
}

// why says what is missing of what is known of an image.
func why(i *manifest.Image) string {
	ref, known := images.Parse(i.Pull)
	fam := images.FamilyOf(i.Pull)
	switch {
	case i.Facts != nil:
		return fmt.Sprintf("What %s needs when its capabilities are dropped isn't known, so that", i.Tag)
	case fam != nil && known && ref.Tag == "":
		return fmt.Sprintf("A digest alone doesn't tell which version of %s this is, so that nothing is known of it, and", fam.Name)
	case fam != nil:
		return fmt.Sprintf("%s is known in other versions, and not in this one, so that", i.Tag)
	}
	return fmt.Sprintf("Nothing is known of %s, so that", i.Tag)
}

// remedy says what to write to harden the services of an image.
func remedy(s *manifest.Service) string {
	ref, known := images.Parse(s.Image.Pull)
	fam := images.FamilyOf(s.Image.Pull)
	h := s.Hardening
	switch {
	case len(h.Undecided) > 0:
		return fmt.Sprintf("Its entrypoint is thought to need %s, which wasn't tried: try harden { drop_caps = true, cap_add = [%s] } in the service.", strings.Join(h.Undecided, ", "), quoted(h.Undecided))
	case h.Undecided != nil:
		return "It is thought to need no capability, which wasn't tried: try harden { drop_caps = true } in the service."
	case s.Image.Facts == nil && fam != nil && known && ref.Tag == "":
		return fmt.Sprintf("Write the tag before the digest: %s:TAG@%s.", fam.Match[0], ref.Digest)
	case s.Image.Facts == nil && fam != nil:
		return fmt.Sprintf("If it behaves as a known version does, write runtime { like = \"%s:VERSION\" } in the image; else harden { … } in the service.", fam.Match[0])
	}
	return "State what it needs in the image, as in runtime { user = \"1000:1000\" }, or runtime { like = \"postgres:17\" } for a copy of a known one; or the protection itself in the service, as in harden { drop_caps = true }."
}

// restarts advises on long-running services without a policy.
func restarts(m *manifest.Manifest) hcl.Diagnostics {
	var lacking []*manifest.Service
	running := 0
	for _, s := range m.Services {
		if s.Oneshot {
			continue
		}
		running++
		if s.Restart.Policy == "" && s.ComposeKey("restart") == nil {
			lacking = append(lacking, s)
		}
	}
	const write = `Write system { defaults { restart = "unless-stopped" } }, `
	if len(lacking) == 0 {
		return nil
	}
	if len(lacking) == running && m.System != nil {
		return hcl.Diagnostics{ruleNoRestart.At(m.System.Range, "No service says what follows when it ends, so that Docker leaves it ended, and doesn't start it after the machine does. "+write+`which holds for all services, or restart = "no" in one for which that is meant.`)}
	}
	var diags hcl.Diagnostics
	for _, s := range lacking {
		diags = append(diags, ruleNoRestart.At(s.Range, "%s doesn't say what follows when it ends, so that Docker leaves it ended, and doesn't start it after the machine does. "+write+`or restart = "no" here if that is meant.`, s.Address))
	}
	return diags
}
