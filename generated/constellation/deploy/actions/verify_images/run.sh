#!/bin/sh
# from action.verify_images
set -e
docker image inspect --format '{{join .RepoTags " "}} {{.Size}} bytes, user {{.Config.User}}' constellation-server:1.0.0 constellation-federation:1.0.0
