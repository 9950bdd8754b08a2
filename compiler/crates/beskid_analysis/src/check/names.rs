//! The linker symbols of functions and their instances.

use crate::items::Nominal;
use crate::items::Source;
use crate::modules::{Origin, root_of};
use crate::symbols::{Owner, TypeSymbol};
use crate::typed::{ModuleId, Type, TypeId};
use crate::types::Types;

use super::body::own_args;
use super::{FunctionInstance, World};

/// The symbol of a function or of an instance of one.
pub(super) fn symbol(
    world: &World<'_>,
    types: &Types,
    instance: &FunctionInstance,
    receiver: Option<TypeId>,
) -> String {
    let item = world.scopes.items.function(instance.function);
    // Methods are named after the module of their type, wherever the `impl` stands.
    let home = match (receiver, receiver.and_then(|receiver| types.nominal(receiver))) {
        (_, Some(def)) => world.scopes.items.home(def),
        (Some(_), None) => root_of(world.scopes.tree.get(item.module).origin),
        (None, None) => item.module,
    };
    let owner = owner(world, home);
    let name = item.name().text.as_str();
    let args: Vec<TypeSymbol> =
        own_args(world, instance).iter().map(|&arg| type_symbol(world, types, arg)).collect();
    match (item.source, receiver) {
        (Source::Test(_), _) => owner.test(name),
        (Source::Function(_), Some(receiver)) => {
            let receiver_args = types.instance(receiver).map(|it| it.args.to_vec());
            let receiver_args: Vec<TypeSymbol> = receiver_args
                .unwrap_or_default()
                .into_iter()
                .map(|arg| type_symbol(world, types, arg))
                .collect();
            let declared = types.nominal(receiver).map(|def| declared_name(world, def));
            let receiver = declared.unwrap_or_else(|| types.display(receiver));
            owner.method(&receiver, &receiver_args, name, &args)
        }
        (Source::Function(_), None) => owner.function(name, &args),
    }
}

fn declared_name(world: &World<'_>, def: Nominal) -> String {
    world.scopes.items.type_name(def).text.clone()
}

fn owner<'w>(world: &'w World<'_>, home: ModuleId) -> Owner<'w> {
    let module = world.scopes.tree.get(home);
    Owner { package: &world.package, library: module.origin == Origin::Core, module: &module.path }
}

/// A type as an argument of an instance.
fn type_symbol(world: &World<'_>, types: &Types, ty: TypeId) -> TypeSymbol {
    if let Some(instance) = types.instance(ty) {
        let args: Vec<TypeSymbol> =
            instance.args.iter().map(|&arg| type_symbol(world, types, arg)).collect();
        let home = owner(world, world.scopes.items.home(instance.def));
        return TypeSymbol::declared(&home, &declared_name(world, instance.def), &args);
    }
    if let Some(function) = types.signature(ty) {
        let params: Vec<TypeSymbol> =
            function.params.iter().map(|&param| type_symbol(world, types, param)).collect();
        return TypeSymbol::function(&params, &type_symbol(world, types, function.result));
    }
    match types.get(ty) {
        Some(Type::Array(element)) => TypeSymbol::array(&type_symbol(world, types, element)),
        _ => TypeSymbol::primitive(&types.display(ty)),
    }
}
