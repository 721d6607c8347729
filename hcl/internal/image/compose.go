package image

import "github.com/omegagen/omegagen/hcl/internal/lang"

// buildKeys are the keys of `build` of a Compose service.
var buildKeys = []lang.ComposeKey{
	{Key: "args", Write: "build_args = { … }"},
	{Key: "cache_to", Why: "The docker driver, with which Compose builds, can't export a cache."},
	{Key: "dockerfile_inline", Write: "stages"},
	{Key: "entitlements", Why: "It requires a builder that was created with permission for them."},
	{Key: "isolation", Why: "Isolation can be chosen only on Windows."},
	{Key: "no_cache", Why: "It rebuilds unchanged images at each deployment."},
	{Key: "no_cache_filter", Why: "It rebuilds unchanged images at each deployment."},
	{Key: "privileged", Why: "It requires a builder that was created with permission for it."},
	{Key: "pull", Why: "The manifest has the versions of base images."},
	{Key: "secrets.*", Write: "mounts = [\"type=secret,id=NAME,target=…,mode=…\"] of a step"},
	{Key: "tags", Write: "tag = …", Why: "An image has one tag; `push` sets another."},
	{Key: "ulimits", Why: "The limits of the builder apply to a build."},
}
