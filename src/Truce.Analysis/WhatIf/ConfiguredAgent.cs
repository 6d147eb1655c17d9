using Truce.Model;

namespace Truce.Analysis.WhatIf;

/// <summary>Which agent the configuration gives to a resource.</summary>
internal sealed record ConfiguredAgent(string Class, string? Provider, string Type)
{
    /// <summary>The agent of a primitive, or of an instance of it (<c>ip:0</c>); null
    /// if there is no such one.</summary>
    public static ConfiguredAgent? Find(Cib cib, ResourceId id)
    {
        int colon = id.Value.LastIndexOf(':');
        ResourceId plain = colon > 0 ? new ResourceId(id.Value[..colon]) : id;
        foreach (Resource resource in cib.Configuration.Resources)
        {
            if (resource.Primitives.FirstOrDefault(p => p.Id == id) is { } exact)
                return Of(cib, exact);
            if (resource.Primitives.FirstOrDefault(p => p.Id == plain) is { } instance)
                return Of(cib, instance);
        }

        return null;
    }

    private static ConfiguredAgent? Of(Cib cib, Resource.Primitive primitive)
    {
        AgentName? agent = primitive.Agent
            ?? cib.Configuration.Templates.FirstOrDefault(t => t.Id == primitive.Template)?.Agent;
        return agent is null ? null : new ConfiguredAgent(agent.Class, agent.Provider, agent.Type);
    }
}
