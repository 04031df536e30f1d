"""The commands of the deployment document that are called as Python modules. The service itself is the .NET solution beside this folder."""
