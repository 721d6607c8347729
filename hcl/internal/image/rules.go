package image

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleOrigin = diag.Error("OG470", "Invalid image source",
		"An image has exactly one source: it is pulled (pull), built from its stages, or built from an existing Dockerfile (dockerfile).")
	ruleNoEffect = diag.Error("OG471", "Argument without effect",
		"Some arguments have an effect only for an image that is built, or built from stages.")
	ruleReference = diag.Error("OG472", "Invalid image reference",
		"A reference is a name of lower-case parts, with an optional registry, tag and digest: \"registry.example.org/team/name:1.0@sha256:…\".")
	ruleTarget = diag.Error("OG473", "Unknown build target",
		"The target must be one of the image's stages.")
	ruleSameTag = diag.Error("OG474", "Duplicate image tag",
		"Only one image may be built with a given tag; otherwise it depends on the build order what runs under it.")
	ruleUnpinned = diag.Warning("OG475", "Mutable image tag",
		"An image without a tag, or with the tag latest, may be a different one at the next pull. A version changes little, a digest never.")
	ruleHealthcheck = diag.Error("OG476", "Healthcheck in an image",
		"A healthcheck is declared once, in the service that runs the image. The Dockerfile's HEALTHCHECK is generated from it too, so that both agree.")
	ruleStep = diag.Error("OG477", "Invalid build step",
		"A step must be complete, and its arguments must not exclude each other.")
	ruleCapability = diag.Error("OG140", "Unknown capability",
		"Capabilities are those of capabilities(7), with or without CAP_; the engine rejects a name that the kernel doesn't support.")
	ruleRuntime = diag.Error("OG141", "Invalid image facts",
		"A runtime block states facts about an image: a user, capabilities, folders, ports and tools, or the reference of a known image that behaves the same.")
	ruleCycle = diag.Error("OG478", "Image build cycle",
		"An image can be built only after the images that it is based on.")
	ruleBuild = diag.Error("OG479", "Invalid build option",
		"The options of a build are written to docker-compose.yml and to deploy.sh's docker build, and must mean the same in both.")
)
