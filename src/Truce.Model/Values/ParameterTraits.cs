using System.Collections.Immutable;

namespace Truce.Model;

/// <summary>What an agent says about its parameters, for when they change.</summary>
/// <param name="NeedRestart">Those whose change needs a restart, while others need a reload only;
/// null: the agent can't reload.</param>
/// <param name="Secret">Those that hold secrets.</param>
public sealed record ParameterTraits(ImmutableArray<string>? NeedRestart, ImmutableArray<string> Secret);
