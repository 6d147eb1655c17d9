namespace Truce.Daemon.Configuration;

/// <summary>truce.conf or the command line says something that can't be; the message
/// has file, line and remedy.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
