"""Serves framesong.engine.v1.MusicEngine for a music model."""
