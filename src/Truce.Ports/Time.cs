using Truce.Model;

namespace Truce.Ports;

/// <summary>The time that a role gets with every input: it reads no clock itself.</summary>
/// <param name="Now">The boot clock, for every decision.</param>
/// <param name="Wall">The wall clock in UTC, for people and for rules with dates only.</param>
public readonly record struct RoleTime(Instant Now, DateTimeOffset Wall);
