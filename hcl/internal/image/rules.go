package image

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleOrigin = diag.Error("OG470", "Where an image comes from",
		"An image is pulled (pull), built from its stages, or built from an existing Dockerfile (dockerfile): one of the three.")
	ruleNoEffect = diag.Error("OG471", "An attribute without effect",
		"Some attributes mean something only to an image that is built, or built from stages.")
	ruleReference = diag.Error("OG472", "Not an image's reference",
		"A reference is a name of lower-case parts, with an optional registry, tag and digest: \"registry.example.org/team/name:1.0@sha256:…\".")
	ruleTarget = diag.Error("OG473", "No such stage to build",
		"The target names one of the image's stages.")
	ruleSameTag = diag.Error("OG474", "Two images of one tag",
		"What runs under a tag must be known: an image that is built is the only one to make its tag.")
	ruleUnpinned = diag.Warning("OG475", "An image that changes under its name",
		"An image without a tag, or with the tag latest, is another one tomorrow. A tag with a version stays close to itself, a digest is exact.")
	ruleHealthcheck = diag.Error("OG476", "A healthcheck in an image",
		"A healthcheck stands in the service that runs the image, once: the Dockerfile's HEALTHCHECK is made of it too, so that both agree.")
	ruleStep = diag.Error("OG477", "A step that means nothing",
		"A step has all that it needs, and nothing that excludes the rest.")
	ruleCapability = diag.Error("OG140", "Unknown capability",
		"Capabilities are those of capabilities(7), with or without CAP_; a name that the kernel doesn't know is refused by the engine.")
	ruleRuntime = diag.Error("OG141", "Invalid facts of an image",
		"A runtime block states what is known of an image: a user, capabilities, folders, ports and tools, or the reference of a known image that it is like.")
	ruleCycle = diag.Error("OG478", "Images that are built from each other",
		"An image can only be built when the images that it is based on are there.")
	ruleBuild = diag.Error("OG479", "An option that a build can't have",
		"What a build is given besides its context stands in docker-compose.yml and in deploy.sh's docker build, and means the same in both.")
)
