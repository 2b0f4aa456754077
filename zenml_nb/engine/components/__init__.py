"""Our own TFX components: data, statistics, split, deployment. They run on batches, without a Beam runner."""
