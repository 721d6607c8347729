#!/bin/sh
# from action.load_image["web"]
set -e
tar -xf .omegagen/bundle/images.tar -C .omegagen/bundle web.tar
docker load --input .omegagen/bundle/web.tar
