"""Ways from the deployment document's commands to the scripts that do the work."""
