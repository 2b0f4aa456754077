"""Light readers of artifacts: protos, TFRecords and projected JSON, without TensorFlow."""
