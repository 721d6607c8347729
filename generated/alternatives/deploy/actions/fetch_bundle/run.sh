#!/bin/sh
# from action.fetch_bundle
set -e
mkdir -p .omegagen/bundle
curl -fsSL -o .omegagen/bundle/images.tar.new https://registry.example.org/release/images.tar
mv .omegagen/bundle/images.tar.new .omegagen/bundle/images.tar
