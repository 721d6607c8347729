#!/bin/sh
# from action.load_image["api"]
set -e
tar -xf .omegagen/bundle/images.tar -C .omegagen/bundle api.tar
docker load --input .omegagen/bundle/api.tar
